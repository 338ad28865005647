"""Reading the log: what is asked for, a page of it, and its rows as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import make_aware

from accounts.actors import SEES_ALL
from accounts.models import Membership
from audit.models import AuditEntries, AuditEntry

COLUMNS = ("at", "actor", "via", "address", "action", "kind", "id", "name", "website", "detail")
NOBODY = "system"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown; None is anything. `actor` 0: what the system did, or nobody who is known."""

    actor: int | None = None
    action: str = ""  # a whole one, or what stands before its dot
    website: int | None = None
    since: date | None = None
    until: date | None = None  # that day as well

    def of(self, organisation_ids: Iterable[int]) -> AuditEntries:
        """The newest first. Index audit_of_organisation."""
        found = AuditEntry.objects.of(organisation_ids).order_by("-id")
        if self.actor is not None:
            found = found.filter(actor_id=self.actor or None)
        if self.action:
            found = found.filter(Q(action=self.action) | Q(action__startswith=f"{self.action}."))
        if self.website is not None:
            found = found.filter(website_id=self.website)
        if self.since:
            found = found.filter(at__gte=_midnight(self.since))
        if self.until:
            found = found.filter(at__lt=_midnight(self.until + timedelta(days=1)))
        return found


def administered_organisations(user_id: int) -> list[int]:
    mine = Membership.objects.filter(user=user_id, role__in=SEES_ALL)
    return sorted(mine.values_list("organisation_id", flat=True))


def said(action: str) -> str:
    """`canned_reply.made` → `Canned reply made`."""
    return re.sub(r"[._]+", " ", action).capitalize()


def detail_of(entry: AuditEntry) -> str:
    """In a line: `is_active: True → False, name`."""
    values: dict[str, Any] = entry.detail.get("values") or {}
    parts = [f"{name}: {_change(value)}" for name, value in values.items()]
    parts += [str(name) for name in entry.detail.get("fields", []) if name not in values]
    parts += [f"{name}: {value}" for name, value in entry.detail.items() if name not in ("values", "fields", "counts")]
    parts += [f"{number} {name.replace('_', ' ')}" for name, number in entry.detail.get("counts", {}).items()]
    return ", ".join(parts)


def rows_of(entries: Iterable[AuditEntry]) -> Iterator[list[str]]:
    for one in entries:
        who = one.actor_name or NOBODY
        website = str(one.website_id or "")
        yield [
            *(one.at.isoformat(), who, one.via, one.address, one.action),
            *(one.target_kind, one.target_id, one.target_name, website, detail_of(one)),
        ]


def _change(value: Any) -> str:
    return " → ".join(map(str, value)) if isinstance(value, list) else str(value)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
