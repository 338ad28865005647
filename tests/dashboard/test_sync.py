"""A program keeps a copy of what Acme has: it asks for what has changed since, again and again, and misses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Website
from conversations.models import Conversation, Visitor
from foundation import synced_until as horizon
from tests.cast import Cast
from tests.clients.people import Rest, log_in, visit
from tests.servers.stack import Stack

EVER = "1970-01-01T00:00:00Z"


@dataclass
class Copy:
    """What a program knows of a list, and up to when."""

    rest: Rest
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    since: str = EVER
    rows: dict[Any, dict[str, Any]] = field(default_factory=dict)

    def update(self) -> int:
        """How many rows came; two at a time."""
        first = page = self.rest.get(self.path, updated_since=self.since, limit=2, **self.query).json()
        came = first["results"]
        while page["next"]:
            page = self.rest.get(page["next"].partition("/api/v1/")[2]).json()
            came += page["results"]
        self.rows |= {one["id"]: one for one in came}
        self.since = first["synced_until"]
        return len(came)


def reply(rest: Rest, site: Website, name: str) -> Any:
    made = rest.post("canned-replies/", {"website": site.pk, "shortcut": name, "content": "Hi"})
    return f"canned-replies/{made.json()['id']}/", {"content": "Hello"}


def article(rest: Rest, site: Website, name: str) -> Any:
    made = rest.post("knowledge/articles/", {"website": site.pk, "title": name, "body": "Hi"})
    return f"knowledge/articles/{made.json()['id']}/", {"body": "Hello"}


def question(rest: Rest, site: Website, name: str) -> Any:
    made = rest.post("knowledge/questions/", {"website": site.pk, "question": name, "answer": "Hi"})
    return f"knowledge/questions/{made.json()['id']}/", {"answer": "Hello"}


def visitor(rest: Rest, site: Website, name: str) -> Any:
    return f"visitors/{visit(rest.stack, site).session['visitor']['id']}/", {"is_blocked": True}


def conversation(rest: Rest, site: Website, name: str) -> Any:
    vera = visit(rest.stack, site)
    vera.open(name)
    return f"conversations/{vera.conversation_id}/", {"priority": "high"}


LISTS = {
    "conversations/": conversation,
    "visitors/": visitor,
    "canned-replies/": reply,
    "knowledge/articles/": article,
    "knowledge/questions/": question,
}


@pytest.mark.parametrize("path", LISTS)
def test_a_copy_becomes_what_there_is(stack: Stack, people_only: Cast, path: str) -> None:
    ada, mallory = (log_in(stack, one).rest for one in (people_only.ada, people_only.mallory))
    query = {"website": people_only.acme.pk} if path.startswith("knowledge/") else {}
    copy = Copy(ada, path, query)
    changes = [LISTS[path](ada, people_only.acme, f"n{number}") for number in range(3)]
    assert copy.update() == 3
    for address, changed in changes[::-1]:
        assert ada.patch(address, changed).status_code == 200
        assert copy.update() >= 1
    assert copy.rows == {one["id"]: one for one in ada.get(path, **query).json()["results"]}
    assert ada.get(path, **query).json()["synced_until"] is None
    assert ada.get(path, updated_since="yesterday", **query).status_code == 400
    theirs = mallory.get(path, updated_since=EVER, **query)
    assert theirs.status_code in (403, 404) or theirs.json()["results"] == []


def test_what_has_not_changed_does_not_come_again_for_ever(stack: Stack, people_only: Cast) -> None:
    ada = log_in(stack, people_only.ada).rest
    reply(ada, people_only.acme, "old")
    later = (timezone.now() + timedelta(seconds=1)).isoformat()
    answer = ada.get("canned-replies/", updated_since=later).json()
    assert answer["results"] == []
    behind = timezone.now() - datetime.fromisoformat(answer["synced_until"])
    assert timedelta() < behind < timedelta(minutes=2)


@pytest.fixture
def slow() -> Iterator[psycopg.Connection[Any]]:
    """A transaction that takes its time."""
    connection = psycopg.connect(settings.DATABASE_URL)
    yield connection
    connection.rollback()
    connection.close()


def test_what_is_committed_late_is_not_missed(
    stack: Stack, people_only: Cast, slow: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(horizon, "LEEWAY", timedelta())
    early, other = (visit(stack, people_only.acme) for _ in range(2))
    for one in (early, other):
        one.open("Hello")
    sql = "UPDATE conversations_conversation SET priority = 'urgent', updated_at = clock_timestamp() WHERE id = %s"
    slow.execute(sql, [early.conversation_id])
    rest = log_in(stack, people_only.ben).rest
    rest.patch(f"conversations/{other.conversation_id}/", {"priority": "low"})
    seen = Conversation.objects.for_system().get(pk=UUID(other.conversation_id)).updated_at
    until = horizon.synced_until()
    slow.commit()
    late = Conversation.objects.for_system().get(pk=UUID(early.conversation_id))
    assert until < late.updated_at < seen, "who went on from the youngest that they saw would miss it"
    copy = Copy(rest, "conversations/", since=until.isoformat())
    copy.update()
    assert copy.rows[early.conversation_id]["priority"] == "urgent"
    assert horizon.synced_until() > seen, "nothing holds it up any longer"


def test_being_seen_again_is_no_change_of_a_visitor(stack: Stack, people_only: Cast) -> None:
    vera = Visitor.objects.for_system().filter(pk=visit(stack, people_only.acme).session["visitor"]["id"])
    before = vera.get().updated_at
    vera.update(last_seen_at=timezone.now())
    assert vera.get().updated_at == before
    vera.update(name=f"Vera {uuid4()}")
    assert vera.get().updated_at > before


@pytest.mark.slow
def test_more_rows_of_one_moment_than_a_page_can_hold_are_all_there(stack: Stack, people_only: Cast) -> None:
    """As an import makes them, or a change of all rows in one statement."""
    ada, number = log_in(stack, people_only.ada).rest, 1250
    moment = timezone.now() - timedelta(hours=1)
    # Made with it: whatever is changed afterwards gets a moment of its own from the trigger, row by row.
    rows = [Visitor(website=people_only.acme, name=f"n{one}", updated_at=moment) for one in range(number)]
    made = Visitor.objects.for_system().bulk_create(rows)
    ids = {str(one.pk) for one in made}
    moments = Visitor.objects.for_system().filter(website=people_only.acme).values_list("updated_at", flat=True)
    assert set(moments) == {moment}
    before = (moment - timedelta(seconds=1)).isoformat()
    for size in (100, 7):
        page = ada.get("visitors/", updated_since=before, limit=size).json()
        came = [one["id"] for one in page["results"]]
        while page["next"] and len(came) <= number:  # else it goes in circles
            page = ada.get(page["next"].partition("/api/v1/")[2]).json()
            came += [one["id"] for one in page["results"]]
        assert len(came) == len(set(came)) == number
        assert set(came) == ids
