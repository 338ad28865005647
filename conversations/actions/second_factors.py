"""Who has lost their phone and their recovery codes is let in again by an owner."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from procrastinate.contrib.django import app

from accounts.actors import Staff, memberships_of
from accounts.models import Membership, User
from accounts.sessions import end_sessions_of
from audit.recording import record
from conversations.actions.team import pair_of, tell_rights
from conversations.errors import Forbidden, Invalid
from conversations.events import SessionsEnded
from conversations.staff_letters import write_to
from conversations.subscribers.live import publish
from foundation.db import db

TASK = "conversations.mail_second_factor_reset"
Role = Membership.Role


async def reset_second_factor(actor: Staff, organisation_id: int, user_id: int) -> None:
    """They log in with their password alone until they have set another one up, and are told by e-mail. Raises Refusal.

    Whether it is really the owner who asks is to be made sure of before.
    """
    ended = await db(_reset, actor, organisation_id, user_id)
    await publish(SessionsEnded(user_id, ended))
    await tell_rights(user_id)


def mail_reset(user_id: int, by: str, job_id: int | None) -> None:
    """Raises an error of the mail server."""
    person = User.objects.get(pk=user_id)
    words = {"person": person, "by": by, "host": settings.PUBLIC_URL}
    text = render_to_string("conversations/second_factor_reset.txt", words)
    write_to(person, "Your two-factor log-in was reset", text, once=f"second factor {job_id}")


@transaction.atomic
def _reset(actor: Staff, organisation_id: int, user_id: int) -> list[int]:
    pair = pair_of(actor, organisation_id, user_id)
    if pair.mine.role != Role.OWNER:
        raise Forbidden("Only an owner may do this.")
    if pair.is_oneself:
        raise Invalid("member: your own second factor you change yourself")
    if _works_for_others(actor, pair.theirs):
        raise Forbidden("This account is used elsewhere, too: ask your operator.")
    if not Authenticator.objects.filter(user=user_id).exists():
        raise Invalid("member: they have no second factor")
    Authenticator.objects.filter(user=user_id).delete()
    record("team.reset_second_factor", pair.theirs.user, organisation=organisation_id, by=actor)
    if settings.SENDS_MAIL:
        job = app.configure_task(TASK, queue="default")
        job.defer(user_id=user_id, by=f"{actor.name} of {pair.mine.organisation}")
    return end_sessions_of(user_id)


def _works_for_others(actor: Staff, theirs: Membership) -> bool:
    """An owner of one organisation is not to weaken the log-in to another, nor an operator's."""
    owned = memberships_of(actor).filter(role=Role.OWNER).values("organisation")
    elsewhere = Membership.with_suspended.filter(user=theirs.user_id).exclude(organisation__in=owned)
    return theirs.user.is_staff or theirs.user.is_superuser or elsewhere.exists()
