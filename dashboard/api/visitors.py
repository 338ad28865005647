"""Visitors over REST: who they are, and what staff does with them. Their chats are `conversations/?visitor=`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from conversations.actions.visitors import block_visitor, merge_visitors
from conversations.errors import NotFound
from conversations.models import Visitor
from conversations.models.scope import ScopedQuerySet
from conversations.queries.search import visitors_with, words_of
from dashboard.api.lists import clean, number
from dashboard.api.sync import SYNC_PARAMETERS, SyncPages
from foundation.rest import answer, form, read, run
from privacy.actions.erase import erase_visitor


class StaffVisitor(BaseModel):
    """`identified`: the website has proved who it is, by `external_id`."""

    id: UUID
    website_id: int
    name: str
    email: str
    external_id: str | None
    identified: bool
    attributes: dict[str, Any]
    page_url: str
    page_title: str
    referrer: str
    user_agent: str
    is_blocked: bool
    first_seen_at: datetime
    last_seen_at: datetime

    @classmethod
    def of(cls, visitor: Visitor) -> StaffVisitor:
        taken = set(cls.model_fields) - {"identified", "first_seen_at"}
        values = {name: getattr(visitor, name) for name in taken}
        return cls(identified=visitor.external_id is not None, first_seen_at=visitor.created_at, **values)


class StaffVisitors(BaseModel):
    results: list[StaffVisitor]
    next: str | None
    previous: str | None
    synced_until: datetime | None


class VisitorChanges(BaseModel):
    model_config = ConfigDict(extra="forbid")

    is_blocked: bool


class MergeBody(BaseModel):
    """`visitor` is the one that is no more afterwards."""

    model_config = ConfigDict(extra="forbid")

    visitor: UUID


class ByVisit(SyncPages):
    ordering = ("-last_seen_at", "-id")


class VisitorsView(APIView):
    """`GET visitors/?q=&website=`."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="beginnings of words of the name, e-mail or id"),
            OpenApiParameter("website", OpenApiTypes.INT),
            *SYNC_PARAMETERS,
        ],
        responses={200: StaffVisitors},
        operation_id="visitors_list",
    )
    def get(self, request: Request) -> Response:
        asked, actor = request.query_params, staff_of(request)
        found: ScopedQuerySet[Visitor] = Visitor.objects.for_actor(actor)
        if asked.get("q"):
            words = words_of(clean(asked["q"]))
            found = visitors_with(actor, words) if words else found.filter(pk__in=[])
        if "website" in asked:
            found = found.filter(website=number(asked["website"], "website"))
        pages = ByVisit()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response([form(StaffVisitor.of(one)) for one in page or []])


class ReceiptForm(BaseModel):
    """The proof of an erasure: signed by this installation, without anything about who was erased."""

    receipt: UUID
    erased: str
    subject_sha256: str
    organisation_id: int
    website_id: int | None
    requested_by: dict[str, Any]
    requested_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    signature: str


class VisitorView(APIView):
    """`GET|PATCH|DELETE visitors/<id>/`."""

    @extend_schema(responses=StaffVisitor, operation_id="visitors_retrieve")
    def get(self, request: Request, visitor_id: UUID) -> Response:
        found = Visitor.objects.for_actor(staff_of(request)).filter(pk=visitor_id).first()
        if found is None:
            raise NotFound("visitor")
        return answer(StaffVisitor.of(found))

    @extend_schema(request=VisitorChanges, responses=StaffVisitor)
    def patch(self, request: Request, visitor_id: UUID) -> Response:
        body = read(request, VisitorChanges)
        return answer(StaffVisitor.of(run(block_visitor(staff_of(request), visitor_id, body.is_blocked))))

    @extend_schema(responses={200: ReceiptForm})
    def delete(self, request: Request, visitor_id: UUID) -> Response:
        """For good, with everything they said; the answer is the proof of it. Owners and admins."""
        return answer(run(erase_visitor(staff_of(request), visitor_id)).receipt())


class MergeView(APIView):
    """`POST visitors/<id>/merge/`: with another one, which becomes this one."""

    @extend_schema(request=MergeBody, responses=StaffVisitor)
    def post(self, request: Request, visitor_id: UUID) -> Response:
        body = read(request, MergeBody)
        return answer(StaffVisitor.of(run(merge_visitors(staff_of(request), visitor_id, body.visitor))))
