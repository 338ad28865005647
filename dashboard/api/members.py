"""Colleagues over REST: who there is, and who takes conversations."""

from __future__ import annotations

from typing import Annotated

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from accounts.colleagues import Member, members_for
from conversations.actions.availability import set_availability
from conversations.errors import Invalid
from foundation.rest import answer, read, run


class MemberForm(BaseModel):
    """A colleague. `websites`: those that the asker sees as well."""

    id: int
    name: str
    avatar_url: str | None
    websites: list[int]
    is_away: bool
    capacity: int

    @classmethod
    def of(cls, member: Member) -> MemberForm:
        return cls(
            id=member.user.pk,
            name=member.user.shown_name,
            avatar_url=member.user.avatar_url or None,
            websites=member.websites,
            is_away=member.is_away,
            capacity=member.capacity,
        )


class MembersForm(BaseModel):
    """All of them: an organisation's staff is no long list."""

    results: list[MemberForm]
    next: str | None = None
    previous: str | None = None


class AvailabilityBody(BaseModel):
    """`is_away` is set by oneself or an admin, `capacity` by an admin only; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    is_away: bool | None = None
    capacity: Annotated[int, Field(ge=0, le=500)] | None = None


class MembersView(APIView):
    """`GET members/`."""

    @extend_schema(responses=MembersForm, operation_id="members_list")
    def get(self, request: Request) -> Response:
        return answer(MembersForm(results=[MemberForm.of(one) for one in members_for(staff_of(request))]))


class MemberView(APIView):
    """`PATCH members/<id>/`."""

    @extend_schema(request=AvailabilityBody, responses=MemberForm)
    def patch(self, request: Request, user_id: int) -> Response:
        body = read(request, AvailabilityBody)
        for name in body.model_fields_set:
            if getattr(body, name) is None:
                raise Invalid(f"{name}: cannot be null")
        changed = run(set_availability(staff_of(request), user_id, is_away=body.is_away, capacity=body.capacity))
        return answer(MemberForm.of(changed))
