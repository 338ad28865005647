"""Invitations over REST, for owners and admins. The link itself goes by e-mail only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff
from accounts.models import Invitation
from conversations.actions.invitations import LONGEST, invite, open_invitations, revoke, send_again
from conversations.errors import NotFound
from dashboard.api.rights import (
    ORGANISATION,
    administered_organisations,
    asked_organisation,
    one_of,
    owner_of,
)
from foundation.rest import ErrorAnswer, answer, read, run

Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST, pattern=r"^[^\x00]*$")]


class InvitationForm(BaseModel):
    """`websites` null: every one."""

    id: int
    organisation: int
    email: str
    role: str
    websites: list[int] | None
    expires_at: datetime
    is_expired: bool

    @classmethod
    def of(cls, one: Invitation) -> InvitationForm:
        listed = None if one.sees_every_website else sorted(site.pk for site in one.websites.all())
        return cls(
            id=one.pk,
            organisation=one.organisation_id,
            email=one.email,
            role=one.role,
            websites=listed,
            expires_at=one.expires_at,
            is_expired=one.is_expired,
        )


class InvitationsForm(BaseModel):
    """All that wait for an answer."""

    results: list[InvitationForm]
    next: str | None = None
    previous: str | None = None


class NewInvitation(BaseModel):
    """`websites` of an agent; left out: every one. `organisation` is needed by who administers several."""

    model_config = ConfigDict(extra="forbid")

    email: Address
    role: Literal["owner", "admin", "agent"] = "agent"
    websites: list[int] | None = None
    organisation: int | None = None


class InvitationsView(APIView):
    """`GET|POST invitations/`."""

    @extend_schema(
        parameters=[ORGANISATION],
        responses={200: InvitationsForm, 404: ErrorAnswer},
        operation_id="invitations_list",
    )
    def get(self, request: Request) -> Response:
        found = open_invitations(asked_organisation(request, administered_organisations(owner_of(request))))
        return answer(InvitationsForm(results=[InvitationForm.of(one) for one in found]))

    @extend_schema(request=NewInvitation, responses={201: InvitationForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor = owner_of(request)
        body = read(request, NewInvitation)
        organisation_id = one_of(administered_organisations(actor), body.organisation)
        made = run(invite(actor, organisation_id, body.email, body.role, body.websites))
        return answer(InvitationForm.of(made.invitation), status=201)


class InvitationView(APIView):
    """`DELETE invitations/<id>/`."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, invitation_id: int) -> Response:
        actor = owner_of(request)
        run(revoke(actor, _organisation_of(actor, invitation_id), invitation_id))
        return answer(None, status=204)


class ResendView(APIView):
    """`POST invitations/<id>/resend/`."""

    @extend_schema(request=None, responses=InvitationForm)
    def post(self, request: Request, invitation_id: int) -> Response:
        actor = owner_of(request)
        sent = run(send_again(actor, _organisation_of(actor, invitation_id), invitation_id))
        return answer(InvitationForm.of(sent.invitation))


def _organisation_of(actor: Staff, invitation_id: int) -> int:
    found = Invitation.objects.for_organisations(administered_organisations(actor)).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("invitation")
    return found.organisation_id
