"""People are asked to join by e-mail: with a link that opens once and not for long."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actors import SEES_ALL, Staff
from accounts.models import Invitation, Membership, User
from accounts.models.invitations import LIFETIME, Invitations
from audit.recording import record
from conversations.actions.team import lock, tell_rights, websites_in
from conversations.errors import Forbidden, Invalid, NotFound, RateLimited, Refusal
from conversations.letters import letter_id
from foundation.db import db
from foundation.encryption import decrypt, encrypt
from foundation.rate_limits import seconds_to_wait

TASK = "conversations.mail_invitation"
LONGEST = 254  # characters of an address
MOST_OPEN = 200  # invitations of an organisation, so that nobody mails the world from here
PAUSE = timedelta(seconds=30)  # between two mails to the same address
Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Invited:
    """`link` opens it once. It is shown where no e-mail can be sent, and stored nowhere."""

    invitation: Invitation
    link: str


class NoLongerOpen(Refusal):
    """Why a link opens nothing; `invitation` is None where it never did."""

    code = "conflict"

    def __init__(self, detail: str, invitation: Invitation | None = None) -> None:
        super().__init__(detail)
        self.invitation = invitation


async def invite(
    actor: Staff, organisation_id: int, email: str, role: str, websites: Iterable[int] | None = None
) -> Invited:
    """Ask somebody in. `websites`: what an agent is to see; None for every one. Raises Refusal."""
    await _count_mail(actor)
    return await db(_invite, actor, organisation_id, email, role, websites)


async def send_again(actor: Staff, organisation_id: int, invitation_id: int) -> Invited:
    """With a new link and a new week; the old link opens nothing any more. Raises Refusal."""
    await _count_mail(actor)
    return await db(_send_again, actor, organisation_id, invitation_id)


async def revoke(actor: Staff, organisation_id: int, invitation_id: int) -> None:
    """Its link opens nothing any more. Raises Refusal."""
    await db(_revoke, actor, organisation_id, invitation_id)


async def accept(token: str, user: User) -> Membership:
    """By the person who is logged in with the address it was sent to. Raises Refusal."""
    membership = await db(_accept, token, user)
    await tell_rights(user.pk)
    return membership


async def accept_as_new(token: str, name: str, password: str) -> User:
    """With a new account. Its address counts as confirmed: the link was sent there. Raises Refusal."""
    return await db(_accept_as_new, token, name, password)


def opened(token: str) -> Invitation:
    """The invitation that a link opens. Raises NoLongerOpen."""
    found = Invitation.objects.for_token(hash_of(token)).select_related("organisation", "invited_by").first()
    if found is None:
        raise NoLongerOpen("This link is not complete, or a newer one was sent to you.")
    if found.accepted_at:
        raise NoLongerOpen("This link was used already.", found)
    if found.revoked_at:
        raise NoLongerOpen("This invitation was taken back.", found)
    if found.is_expired:
        raise NoLongerOpen("This invitation has expired.", found)
    return found


def open_invitations(organisation_id: int) -> list[Invitation]:
    """Those that wait for an answer, expired ones too; the newest first."""
    waiting = Invitation.objects.for_organisation(organisation_id).filter(accepted_at=None, revoked_at=None)
    return list(waiting.prefetch_related("websites").select_related("invited_by").order_by("-created_at", "-pk"))


def mail_invitation(invitation_id: int, encrypted_token: str) -> None:
    """Unless it was answered or replaced meanwhile. Raises an error of the mail server."""
    token = decrypt(encrypted_token)
    found = Invitation.objects.for_token(hash_of(token)).filter(pk=invitation_id, accepted_at=None, revoked_at=None)
    invitation = found.select_related("organisation", "invited_by").first()
    if invitation is None:
        return
    words = {"invitation": invitation, "link": link_for(token), "host": settings.PUBLIC_URL}
    once = letter_id(f"invitation {invitation.token_hash}", invitation.email)
    EmailMessage(
        subject=f"Join {' '.join(invitation.organisation.name.split())}",
        body=render_to_string("conversations/invitation.txt", words),
        to=[invitation.email],
        headers={"Message-ID": once},
    ).send()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def link_for(token: str) -> str:
    """The token is in the query, which no log keeps."""
    return f"{settings.PUBLIC_URL}{reverse('invitation')}?token={token}"


async def _count_mail(actor: Staff) -> None:
    """Raises RateLimited, and RedisError: what goes to addresses that somebody typed rather waits."""
    wait = await seconds_to_wait(f"invitation:{actor.user_id}", settings.ENVIRONMENT.limit_invitations_per_minute)
    if wait:
        raise RateLimited(wait)


@transaction.atomic
def _invite(actor: Staff, organisation_id: int, email: str, role: str, websites: Iterable[int] | None) -> Invited:
    mine = _administers(actor, organisation_id)
    address = _address(email)
    if role not in Role.values:
        raise Invalid("role: owner, admin or agent")
    if role == Role.OWNER and mine.role != Role.OWNER:
        raise Forbidden("Only an owner may ask somebody in as an owner.")
    wanted = websites_in(organisation_id, websites) if role == Role.AGENT else None
    if wanted == []:
        raise Invalid("websites: at least one, or every one")
    if Membership.with_suspended.filter(organisation=organisation_id, user__email=address).exists():
        raise Invalid("email: this person is in the team already")
    waiting = Invitation.objects.for_organisation(organisation_id).filter(accepted_at=None, revoked_at=None)
    if waiting.filter(email=address).exists():
        raise Invalid("email: this person was asked already; send it again instead")
    if waiting.count() >= MOST_OPEN:
        raise Invalid(f"email: {MOST_OPEN} invitations wait for an answer; take some back first")
    _pause_after_the_last(Invitation.objects.for_organisation(organisation_id).filter(email=address))
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        organisation_id=organisation_id,
        email=address,
        role=role,
        sees_every_website=wanted is None,
        token_hash=hash_of(token),
        invited_by_id=actor.user_id,
    )
    made.websites.set(wanted or [])
    record("invitation.made", made, by=actor, role=role)
    return _sent(made, token)


@transaction.atomic
def _send_again(actor: Staff, organisation_id: int, invitation_id: int) -> Invited:
    invitation = _open_one(actor, organisation_id, invitation_id)
    _pause_after_the_last(Invitation.objects.for_organisation(organisation_id).filter(email=invitation.email))
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.expires_at = hash_of(token), timezone.now() + LIFETIME
    invitation.save(update_fields=["token_hash", "expires_at"])
    record("invitation.sent_again", invitation, by=actor)
    return _sent(invitation, token)


@transaction.atomic
def _revoke(actor: Staff, organisation_id: int, invitation_id: int) -> None:
    invitation = _open_one(actor, organisation_id, invitation_id)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record("invitation.revoked", invitation, by=actor)


@transaction.atomic
def _accept(token: str, user: User) -> Membership:
    invitation = _held(token)
    is_theirs = EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists()
    if not is_theirs:
        raise Forbidden("This invitation is for somebody else.")
    return _join(invitation, user)


@transaction.atomic
def _accept_as_new(token: str, name: str, password: str) -> User:
    invitation = _held(token)
    if User.objects.filter(email=invitation.email).exists():
        raise Invalid("email: there is an account with this address; log in first")
    user = User.objects.create_user(invitation.email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _join(invitation, user)
    return user


def _held(token: str) -> Invitation:
    """So that of two clicks the second finds it used."""
    list(Invitation.objects.for_token(hash_of(token)).select_for_update())
    return opened(token)


def _join(invitation: Invitation, user: User) -> Membership:
    membership, is_new = Membership.with_suspended.get_or_create(
        user=user,
        organisation=invitation.organisation,
        defaults={"role": invitation.role},
    )
    if membership.is_suspended:
        raise Forbidden("Your access to this team was switched off. Ask an owner or an admin.")
    if is_new:
        listed = list(invitation.websites.all())
        # An invitation for websites that have all been deleted meanwhile opens none.
        membership.every_website = invitation.role != Role.AGENT or invitation.sees_every_website
        membership.save(update_fields=["every_website"])
        membership.websites.set(listed)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record("invitation.accepted", invitation, role=membership.role)
    return membership


def _open_one(actor: Staff, organisation_id: int, invitation_id: int) -> Invitation:
    mine = _administers(actor, organisation_id)
    theirs = Invitation.objects.for_organisation(organisation_id).select_for_update(of=("self",))
    invitation = theirs.filter(pk=invitation_id, accepted_at=None, revoked_at=None).first()
    if invitation is None:
        raise NotFound("invitation")
    if invitation.role == Role.OWNER and mine.role != Role.OWNER:
        raise Forbidden("Only an owner may do this.")
    return invitation


def _pause_after_the_last(to_same_address: Invitations) -> None:
    """Taken back and made anew counts as well. Raises RateLimited."""
    last = to_same_address.aggregate(last=Max("expires_at"))["last"]
    since = timezone.now() - (last - LIFETIME) if last else PAUSE
    if since < PAUSE:
        raise RateLimited((PAUSE - since).total_seconds())


def _administers(actor: Staff, organisation_id: int) -> Membership:
    mine = lock(actor, organisation_id)
    if mine.role not in SEES_ALL:
        raise Forbidden("Only owners and admins may do this.")
    return mine


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid("email: an address such as ben@example.com") from None
    if len(address) > LONGEST or "\0" in address:
        raise Invalid("email: an address such as ben@example.com")
    return address


def _sent(invitation: Invitation, token: str) -> Invited:
    if settings.SENDS_MAIL:
        job = app.configure_task(TASK, queue="default")
        job.defer(invitation_id=invitation.pk, encrypted_token=encrypt(token))
    return Invited(invitation, link_for(token))
