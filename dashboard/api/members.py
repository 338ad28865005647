"""Colleagues over REST: who there is, and who takes conversations."""

from __future__ import annotations

from typing import Annotated

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff
from accounts.api.actors import staff_of
from accounts.colleagues import Member, members_for
from accounts.hours import Hours
from conversations.actions.availability import MOST_WEBSITES, set_availability
from conversations.errors import Invalid
from foundation.rest import answer, read, run
from foundation.translations import languages


class MemberForm(BaseModel):
    """A colleague. `websites`: those that the asker sees as well; `takes`: those of them whose conversations they take
    right now, by what they have said and by their own hours. `unclaimed_mail` and
    `mail_language` are told to oneself only.
    """

    id: int
    name: str
    avatar_url: str | None
    websites: list[int]
    takes: list[int]
    is_away: bool
    away_from: list[int]
    hours: Hours
    capacity: int
    unclaimed_mail: bool | None
    mail_language: str | None

    @classmethod
    def of(cls, member: Member, asker: Staff) -> MemberForm:
        state, is_oneself = member.availability, member.user.pk == asker.user_id
        return cls(
            id=member.user.pk,
            name=member.user.shown_name,
            avatar_url=member.user.avatar_url or None,
            websites=member.websites,
            takes=member.takes(timezone.now()),
            is_away=state.is_away,
            away_from=[one for one in state.away_from if one in asker.websites],
            hours=state.own_hours,
            capacity=state.capacity,
            unclaimed_mail=state.unclaimed_mail if is_oneself else None,
            mail_language=state.mail_language if is_oneself else None,
        )


class MembersForm(BaseModel):
    """All of them: an organisation's staff is no long list."""

    results: list[MemberForm]
    next: str | None = None
    previous: str | None = None


def is_written_in(language: str) -> str:
    if language and language not in languages():
        raise ValueError(f"one of {', '.join(sorted(languages()))}, or empty")
    return language


class AvailabilityBody(BaseModel):
    """`capacity` is set by an admin only, `unclaimed_mail` and `mail_language` by oneself, the rest by either.

    What is left out stays.

    `away_from`: ids of websites; those that the asker does not see stay as they are.
    """

    model_config = ConfigDict(extra="forbid")

    is_away: bool | None = None
    away_from: Annotated[list[int], Field(max_length=MOST_WEBSITES)] | None = None
    hours: Hours | None = None
    capacity: Annotated[int, Field(ge=0, le=500)] | None = None
    unclaimed_mail: bool | None = None
    mail_language: Annotated[str, AfterValidator(is_written_in)] | None = None


class MembersView(APIView):
    """`GET members/`."""

    @extend_schema(responses=MembersForm, operation_id="members_list")
    def get(self, request: Request) -> Response:
        actor = staff_of(request)
        return answer(MembersForm(results=[MemberForm.of(one, actor) for one in members_for(actor)]))


class MemberView(APIView):
    """`PATCH members/<id>/`."""

    @extend_schema(request=AvailabilityBody, responses=MemberForm)
    def patch(self, request: Request, user_id: int) -> Response:
        body = read(request, AvailabilityBody)
        for name in body.model_fields_set:
            if getattr(body, name) is None:
                raise Invalid(f"{name}: cannot be null")
        wanted = body.model_dump(mode="json", exclude_unset=True)
        changed = run(set_availability(staff_of(request), user_id, wanted))
        return answer(MemberForm.of(changed, staff_of(request)))
