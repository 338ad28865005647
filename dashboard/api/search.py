"""Where the words of a search stand: the line of each conversation in which they were found."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from conversations.errors import Invalid
from conversations.queries.search import Hit, hits_in
from dashboard.api.lists import clean
from foundation.rest import answer

MOST = 200  # conversations of a question: a page of the list


class HitForm(BaseModel):
    """`excerpt` is plain text; the words stand in it as they were written."""

    conversation_id: UUID
    message_id: UUID
    seq: int
    kind: Literal["message", "note"]
    excerpt: str
    timestamp: datetime

    @classmethod
    def of(cls, hit: Hit) -> HitForm:
        return cls(
            conversation_id=hit.conversation_id,
            message_id=hit.entry_id,
            seq=hit.seq,
            kind=hit.kind,
            excerpt=hit.excerpt,
            timestamp=hit.created_at,
        )


class HitsForm(BaseModel):
    """At most one of each conversation, in no order; none of those in which only the visitor's name was found."""

    results: list[HitForm]


class SearchView(APIView):
    """`GET search/?q=&in=<id>,<id>`: for conversations that `conversations/?q=` has listed."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, required=True),
            OpenApiParameter("in", OpenApiTypes.STR, required=True, description="ids of conversations, with commas"),
        ],
        responses=HitsForm,
        operation_id="search",
    )
    def get(self, request: Request) -> Response:
        text, ids = clean(request.query_params.get("q", "")), _ids(request.query_params.get("in", ""))
        return answer(HitsForm(results=[HitForm.of(one) for one in hits_in(staff_of(request), text, ids)]))


def _ids(given: str) -> list[UUID]:
    parts = [part for part in given.split(",") if part]
    if len(parts) > MOST:
        raise Invalid(f"in: at most {MOST} ids")
    try:
        return [UUID(part) for part in parts]
    except ValueError:
        raise Invalid("in: ids of conversations, with commas between them") from None
