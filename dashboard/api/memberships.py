"""A team over REST, for its owners and admins: roles, websites, the end, and a second factor that was lost."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff
from accounts.api.actors import staff_of
from accounts.api.bodies import Credential
from accounts.confirmation import PasswordWrong, TriedTooOften, confirm, count_attempt
from accounts.models import Membership, User
from accounts.second_factor import have_second_factor
from conversations.actions import team
from conversations.actions.second_factors import reset_second_factor
from conversations.errors import Invalid, NotFound
from dashboard.api.rights import (
    ORGANISATION,
    administered_organisations,
    asked_organisation,
    organisations_of,
    owner_of,
)
from foundation.rest import answer, read, run


class MembershipForm(BaseModel):
    """Somebody's place in an organisation. `websites` null: every one. Who is suspended may do nothing."""

    user: int
    organisation: int
    name: str
    email: str
    role: str
    websites: list[int] | None
    is_suspended: bool
    has_second_factor: bool
    last_seen_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, one: Membership, with_factor: set[int]) -> MembershipForm:
        listed = sorted(site.pk for site in one.websites.all())
        return cls(
            user=one.user_id,
            organisation=one.organisation_id,
            name=one.user.name,
            email=one.user.email,
            role=one.role,
            websites=None if one.sees_all(bool(listed)) else listed,
            is_suspended=one.is_suspended,
            has_second_factor=one.user_id in with_factor,
            last_seen_at=one.user.last_seen_at,
            created_at=one.created_at,
        )


class MembershipsForm(BaseModel):
    """All of them: an organisation's staff is no long list."""

    results: list[MembershipForm]
    next: str | None = None
    previous: str | None = None


class MembershipChanges(BaseModel):
    """What is left out stays. All of it is done or nothing. `websites` of an agent; null: every one."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["owner", "admin", "agent"] | None = None
    websites: Annotated[list[int], Field(max_length=1000)] | None = None
    is_suspended: bool | None = None


class Proof(BaseModel):
    """That it is really oneself: the own password and, where there is one, a code of the own second factor."""

    model_config = ConfigDict(extra="forbid")

    password: Credential
    otp: Credential | None = None


class MembershipsView(APIView):
    """`GET members/memberships/`."""

    @extend_schema(parameters=[ORGANISATION], responses=MembershipsForm, operation_id="memberships_list")
    def get(self, request: Request) -> Response:
        _, organisation_id = _asked(request)
        found = Membership.with_suspended.filter(organisation=organisation_id).order_by("user__name", "user")
        return answer(MembershipsForm(results=_forms(list(found.select_related("user").prefetch_related("websites")))))


class MembershipView(APIView):
    """`GET|PATCH|DELETE members/<id>/membership/`. Who deletes their own leaves."""

    @extend_schema(parameters=[ORGANISATION], responses=MembershipForm)
    def get(self, request: Request, user_id: int) -> Response:
        return answer(_form(_asked(request)[1], user_id))

    @extend_schema(parameters=[ORGANISATION], request=MembershipChanges, responses=MembershipForm)
    def patch(self, request: Request, user_id: int) -> Response:
        actor, organisation_id = _asked(request)
        _membership(organisation_id, user_id)  # before anything is said of what is wanted of them
        run(team.change_member(actor, organisation_id, user_id, *_steps(read(request, MembershipChanges))))
        return answer(_form(organisation_id, user_id))

    @extend_schema(parameters=[ORGANISATION], responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        if user_id == staff_of(request).user_id:  # agents, too
            actor = staff_of(request)
            run(team.leave(actor, asked_organisation(request, organisations_of(actor))))
        else:
            actor, organisation_id = _asked(request)
            run(team.remove(actor, organisation_id, user_id))
        return answer(None, status=204)


class TransferView(APIView):
    """`POST members/<id>/membership/transfer/`: they become an owner, and oneself an admin."""

    @extend_schema(parameters=[ORGANISATION], request=None, responses=MembershipForm)
    def post(self, request: Request, user_id: int) -> Response:
        actor, organisation_id = _asked(request)
        run(team.transfer_ownership(actor, organisation_id, user_id))
        return answer(_form(organisation_id, user_id))


class ResetView(APIView):
    """`POST members/<id>/second-factor/reset/`: for owners, of who has lost it. They are logged out and told."""

    @extend_schema(parameters=[ORGANISATION], request=Proof, responses=MembershipForm)
    def post(self, request: Request, user_id: int) -> Response:
        actor, organisation_id = _asked(request)
        _membership(organisation_id, user_id)
        proof, user = read(request, Proof), User.objects.get(pk=actor.user_id)
        try:
            run(count_attempt(user))
            confirm(user, proof.password, proof.otp)
        except TriedTooOften as refusal:
            raise Throttled(refusal.retry_after) from None
        except PasswordWrong as refusal:
            raise PermissionDenied(str(refusal)) from None
        run(reset_second_factor(actor, organisation_id, user_id))
        return answer(_form(organisation_id, user_id))


def _asked(request: Request) -> tuple[Staff, int]:
    """Who asks, and the organisation of which they are owner or admin. Raises PermissionDenied, Invalid or NotFound."""
    actor = owner_of(request)
    return actor, asked_organisation(request, administered_organisations(actor))


def _steps(body: MembershipChanges) -> list[team.Step]:
    steps: list[team.Step] = []
    for name in body.model_fields_set - {"websites"}:
        if getattr(body, name) is None:
            raise Invalid(f"{name}: cannot be null")
    if body.role is not None:
        steps.append(team.in_role(body.role))
    if "websites" in body.model_fields_set:
        steps.append(team.seeing(body.websites))
    if body.is_suspended is not None:
        steps.append(team.suspended(body.is_suspended))
    return steps


def _form(organisation_id: int, user_id: int) -> MembershipForm:
    return _forms([_membership(organisation_id, user_id)])[0]


def _membership(organisation_id: int, user_id: int) -> Membership:
    found = Membership.with_suspended.filter(organisation=organisation_id, user=user_id).select_related("user").first()
    if found is None:
        raise NotFound("member")
    return found


def _forms(memberships: list[Membership]) -> list[MembershipForm]:
    with_factor = have_second_factor(one.user_id for one in memberships)
    return [MembershipForm.of(one, with_factor) for one in memberships]
