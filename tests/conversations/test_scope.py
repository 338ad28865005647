"""The scope comes first: a query of the core that was not told for whom it is raises, and each actor sees their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import Model, UUIDField

from accounts.actors import VisitorActor, staff_actor
from conversations.models import Conversation, Entry, Visitor
from conversations.models.scope import ScopedQuerySet, Unscoped
from tests.cast import Cast


def somebody(rows: Any) -> object:
    """A key as this model has them."""
    return UUID(int=1) if isinstance(rows.model._meta.pk, UUIDField) else 1


def a_field(rows: Any) -> str:
    return str(next(field.name for field in rows.model._meta.concrete_fields if not field.primary_key))


CORE: list[type[Model]] = list(apps.get_app_config("conversations").get_models())
EVALUATIONS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "len": len,
    "bool": bool,
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "get": lambda rows: rows.get(pk=somebody(rows)),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(rows.model(pk=somebody(rows))),
    "iterator": lambda rows: list(rows.iterator()),
    "aggregate": lambda rows: rows.aggregate(),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "in_bulk": lambda rows: rows.in_bulk(),
    "slice": lambda rows: rows[0],
    "filter": lambda rows: list(rows.filter(pk__isnull=False).exclude(pk=None).order_by("pk")),
    "update": lambda rows: rows.update(pk=None),
    "delete": lambda rows: rows.delete(),
    "bulk_update": lambda rows: rows.bulk_update([rows.model(pk=somebody(rows))], [a_field(rows)]),
    "get_or_create": lambda rows: rows.get_or_create(pk=somebody(rows)),
    "update_or_create": lambda rows: rows.update_or_create(pk=somebody(rows)),
}


@pytest.fixture
def said(people_only: Cast) -> dict[str, Entry]:
    """An entry of Vera's at Acme, one of Victor's there, and one at Globex, by whose it is."""
    return {
        "vera": entry_of(Visitor.objects.create(website=people_only.acme)),
        "victor": entry_of(Visitor.objects.create(website=people_only.acme)),
        "gustav": entry_of(Visitor.objects.create(website=people_only.globex)),
    }


def test_the_walk_goes_somewhere() -> None:
    assert {model.__name__ for model in CORE} >= {"Visitor", "Conversation", "Entry"}


@pytest.mark.parametrize("model", CORE, ids=lambda model: model.__name__)
@pytest.mark.parametrize("way", EVALUATIONS)
def test_a_query_that_nobody_scoped_raises(model: type[Model], way: str) -> None:
    rows = model._default_manager.all()
    assert isinstance(rows, ScopedQuerySet)
    with pytest.raises(Unscoped, match=model.__name__):
        EVALUATIONS[way](rows)


@pytest.mark.parametrize("model", CORE, ids=lambda model: model.__name__)
def test_joining_an_unscoped_query_to_a_scoped_one_does_not_smuggle_it_in(model: type[Model]) -> None:
    manager: Any = model._default_manager
    scoped, unscoped = manager.for_system(), manager.all()
    for together in (scoped | unscoped, unscoped | scoped, scoped ^ unscoped, scoped.union(unscoped)):
        with pytest.raises(Unscoped):
            list(together)
    assert list(scoped.none() | scoped.none()) == []


def test_staff_see_what_is_of_their_websites(people_only: Cast, said: dict[str, Entry]) -> None:
    ben, mallory = staff_actor(people_only.ben.pk), staff_actor(people_only.mallory.pk)
    assert ben is not None
    assert mallory is not None
    for model in (Visitor, Conversation, Entry):
        manager: Any = model._default_manager
        assert manager.for_actor(ben).count() == 2
        assert manager.for_actor(mallory).count() == 1


def test_visitors_see_what_is_their_own(people_only: Cast, said: dict[str, Entry]) -> None:
    for name, entry in said.items():
        actor = VisitorActor(entry.conversation.visitor_id, entry.website_id)
        assert [one.pk for one in Entry.objects.for_actor(actor)] == [entry.pk], name
        assert [one.pk for one in Conversation.objects.for_actor(actor)] == [entry.conversation_id]
        assert [one.pk for one in Visitor.objects.for_actor(actor)] == [entry.conversation.visitor_id]


def test_a_visitor_with_the_wrong_website_sees_nothing(people_only: Cast, said: dict[str, Entry]) -> None:
    crossed = VisitorActor(said["vera"].conversation.visitor_id, people_only.globex.pk)
    assert not Conversation.objects.for_actor(crossed).exists()
    assert not Entry.objects.for_actor(crossed).exists()


def test_the_system_sees_everything(said: dict[str, Entry]) -> None:
    assert Entry.objects.for_system().filter(pk__in=[entry.pk for entry in said.values()]).count() == 3


def entry_of(visitor: Visitor) -> Entry:
    conversation = Conversation.objects.create(website=visitor.website, visitor=visitor)
    return Entry.objects.create(
        conversation=conversation,
        website=visitor.website,
        seq=1,
        rev=1,
        kind="message",
        role="user",
        audience="everyone",
        content="Hello",
        sources=[],
    )
