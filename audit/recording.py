"""The one door of the log: a row in the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, models

from audit.asking import Asker, Person, asker
from audit.models import AuditEntry

LONGEST_NAME = 160
# Whose names are nobody's business once they are gone: a number that means nothing stands for them.
NAMELESS = {"visitor", "conversation"}


class OutsideTransaction(RuntimeError):
    """The change could stay without its row, or the row without the change."""


def record(
    action: str,
    target: models.Model | None = None,
    *,
    organisation: int | None = None,
    website: models.Model | int | None = None,
    by: Person | Asker | None = None,
    only_if_asked: bool = False,
    **detail: Any,
) -> None:
    """Write down that somebody did something: `record("label.made", label)`. Raises OutsideTransaction.

    Organisation and website are those of the target unless they are named. `detail` holds what programs can read:
    names of fields, numbers, roles; never what anybody wrote, and no secret. `only_if_asked`: the worker does the same
    by itself, and what it does is no news.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(action)
    if website is None and target is not None:
        website = target if _kind(target) == "website" else getattr(target, "website_id", None)
    who = asker(by, mask=website is not None and getattr(website, "mask_addresses", True))
    if only_if_asked and who.user_id is None:
        return
    website_id = website.pk if isinstance(website, models.Model) else website
    AuditEntry.objects.create(
        action=action,
        organisation_id=organisation or _organisation_of(target) or _organisation_of(website),
        website_id=website_id,
        actor_id=who.user_id,
        actor_name=who.name,
        via=who.via,
        address=who.address,
        target_kind=_kind(target) if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_name=_name(target) if target is not None else "",
        detail={name: value for name, value in detail.items() if value is not None},
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """For `detail`: which fields differ, and of switches and numbers what they were and are."""
    differing = sorted(name for name in after if before.get(name) != after[name])
    values = {
        name: [before.get(name), after[name]]
        for name in differing
        if all(value is None or isinstance(value, bool | int) for value in (before.get(name), after[name]))
    }
    return {"fields": differing, **({"values": values} if values else {})}


def _kind(target: models.Model) -> str:
    return target._meta.model_name or ""


def _name(target: models.Model) -> str:
    if _kind(target) in NAMELESS:
        return f"{_kind(target).capitalize()} {str(target.pk)[:8]}"
    return str(target)[:LONGEST_NAME]


def _organisation_of(thing: models.Model | int | None) -> int | None:
    """By the columns that are there: `organisation_id`, or that of its website, which is loaded if need be."""
    if not isinstance(thing, models.Model):
        return _organisation_of_website(thing) if thing is not None else None
    if _kind(thing) == "organisation":
        return int(thing.pk)
    own = getattr(thing, "organisation_id", None)
    if own is not None:
        return int(own)
    website = getattr(thing, "website_id", None)
    return _organisation_of_website(website) if website is not None else None


def _organisation_of_website(website_id: int) -> int | None:
    """In SQL: websites are the business of a layer above this one. Primary key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM accounts_website WHERE id = %s", [website_id])
        found = cursor.fetchone()
    return int(found[0]) if found else None
