"""Every row that is Acme's, to see whether somebody without rights has changed one."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from accounts.models import Organisation, User, Website
from audit.models import AuditEntry
from conversations.models import Visitor
from tests.isolation.planting import BY_WORKER, OURS
from tests.isolation.world import World

# Whose they are: by the first of these columns that a table has.
WAYS = ("website", "organisation", "organisation_id", "visitor", "user", "conversation")
# What looking changes; and what is no value of its own.
PASSING = {"last_seen_at", "last_login", "last_used_at", "tsv"}
NOBODYS = {
    "accounts.ErasedId": "hashes of ids that are gone",
    "accounts.KeptAnswer": "of whoever asked",
    "conversations.SearchProgress": "one row for all",
    "integrations.Mailbox": "of the installation",
    "demo.DemoAccount": "of the demo alone",
}


def rows_of_acme(world: World, but_for: str = "") -> dict[str, list[Any]]:
    """By the names of the models. `but_for` somebody of the team: what they do with their own account is theirs."""
    themselves = world.staff[but_for].user if but_for in ("dora",) else None
    found = {}
    for model in every_model():
        if model._meta.label in BY_WORKER or model._meta.label in NOBODYS:
            continue
        rows = model._base_manager.filter(acmes(model, world))
        if themselves is not None:
            rows = rows.exclude(of_person(model, themselves))
        shown = {field.attname for field in model._meta.concrete_fields} - PASSING
        found[model._meta.label] = list(rows.order_by("pk").values_list(*sorted(shown)))
    return found


def every_model() -> list[type[Model]]:
    """With the tables between two others."""
    names = (*OURS, "audit", "privacy")
    return [model for name in names for model in apps.get_app_config(name).get_models(include_auto_created=True)]


def acmes(model: type[Model], world: World) -> Q:
    acme = world.cast.acme
    team = User.objects.filter(memberships__organisation=acme.organisation_id).values("pk")
    known = [one.session["visitor"]["id"] for one in world.visitors.values()]
    if model is Visitor:  # anybody may be a new one
        return Q(pk__in=known)
    if model in (Website, Organisation, User):
        return {Website: Q(pk=acme.pk), Organisation: Q(pk=acme.organisation_id), User: Q(pk__in=team)}[model]
    names = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    way = next((one for one in WAYS if one in names), None)
    assert way is not None, f"nobody knows whose the rows of {model._meta.label} are: tests/isolation/rows.py"
    whose: dict[str, Any] = {
        "website": acme.pk,
        "organisation": acme.organisation_id,
        "organisation_id": acme.organisation_id,
        "visitor": known[0],
        "user": team,
        "conversation": world.place["conversation_id"],
    }
    return Q(**{f"{way}__in" if way == "user" else way: whose[way]})


def of_person(model: type[Model], user: User) -> Q:
    if model is User:
        return Q(pk=user.pk)
    if model is AuditEntry:
        return Q(actor_id=user.pk)
    names = {field.name for field in model._meta.concrete_fields}
    return Q(user=user) if "user" in names else Q(membership__user=user) if "membership" in names else Q(pk=None)
