"""Canned replies over REST. Their variables stay as they are: who uses one fills them in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from conversations.actions.canned_replies import (
    Wanted,
    change_canned_reply,
    make_canned_reply,
    remove_canned_reply,
)
from conversations.models import CannedReply
from conversations.models.canned_replies import LONGEST_SHORTCUT
from conversations.protocol import Text
from dashboard.api.sync import SYNC_PARAMETERS, SyncPages
from foundation.rest import answer, form, read, run

Shortcut = Annotated[str, StringConstraints(pattern=r"^[\w-]+$", min_length=1, max_length=LONGEST_SHORTCUT)]


class CannedReplyForm(BaseModel):
    """`website` null: on every website of the organisation."""

    id: int
    website: int | None
    shortcut: str
    content: str

    @classmethod
    def of(cls, reply: CannedReply) -> CannedReplyForm:
        return cls(id=reply.pk, website=reply.website_id, shortcut=reply.shortcut, content=reply.content)


class CannedRepliesForm(BaseModel):
    results: list[CannedReplyForm]
    next: str | None
    previous: str | None
    synced_until: datetime | None


class NewCannedReply(BaseModel):
    """`everywhere`: on all websites of this one's organisation; for owners and admins."""

    model_config = ConfigDict(extra="forbid")

    website: int
    everywhere: bool = False
    shortcut: Shortcut
    content: Text


class CannedReplyChanges(BaseModel):
    """What is left out stays."""

    model_config = ConfigDict(extra="forbid")

    shortcut: Shortcut | None = None
    content: Text | None = None


class ByShortcut(SyncPages):
    ordering = ("shortcut", "id")


class CannedRepliesView(APIView):
    """`GET|POST canned-replies/`."""

    @extend_schema(parameters=SYNC_PARAMETERS, responses={200: CannedRepliesForm}, operation_id="canned_replies_list")
    def get(self, request: Request) -> Response:
        pages = ByShortcut()
        found = pages.paginate_queryset(CannedReply.objects.for_actor(staff_of(request)), request, view=self)
        return pages.get_paginated_response([form(CannedReplyForm.of(one)) for one in found or []])

    @extend_schema(request=NewCannedReply, responses={201: CannedReplyForm})
    def post(self, request: Request) -> Response:
        body = read(request, NewCannedReply)
        wanted = Wanted(body.shortcut, body.content)
        made = run(make_canned_reply(staff_of(request), body.website, body.everywhere, wanted))
        return answer(CannedReplyForm.of(made), status=201)


class CannedReplyView(APIView):
    """`PATCH|DELETE canned-replies/<id>/`."""

    @extend_schema(request=CannedReplyChanges, responses=CannedReplyForm)
    def patch(self, request: Request, reply_id: int) -> Response:
        body = read(request, CannedReplyChanges)
        changed = run(change_canned_reply(staff_of(request), reply_id, Wanted(body.shortcut, body.content)))
        return answer(CannedReplyForm.of(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, reply_id: int) -> Response:
        run(remove_canned_reply(staff_of(request), reply_id))
        return answer(None, status=204)
