"""What a page of entries is asked for with."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.actors import Actor
from conversations.errors import Invalid
from conversations.queries.timeline import PAGE, Page, entries_after, entries_before

CURSORS = [
    OpenApiParameter("after", OpenApiTypes.INT, description="a rev: what changed since, in rev order"),
    OpenApiParameter("before", OpenApiTypes.INT, description="a seq: older entries, in seq order"),
    OpenApiParameter("limit", OpenApiTypes.INT),
]


def asked_entries(request: Request, actor: Actor, conversation_id: UUID) -> Page:
    """The page that `?after=<rev>` or `?before=<seq>&limit=` asks for; without either the latest."""
    after, before = _number(request, "after"), _number(request, "before")
    limit = min(_number(request, "limit") or 50, PAGE)
    if after is not None and before is not None:
        raise Invalid("give after or before, not both")
    if after is not None:
        return entries_after(actor, conversation_id, after, min(_number(request, "limit") or PAGE, PAGE))
    return entries_before(actor, conversation_id, before, limit)


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if len(given) > 10 or not given.isascii() or not given.isdigit() or int(given) > 2**31 - 1:
        raise Invalid(f"{name}: a number from 0 on")
    return int(given)
