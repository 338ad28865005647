"""The log-ins of a person's browsers, as /accounts/sessions/ lists them: known by an id that opens nothing."""

from __future__ import annotations

from ipaddress import ip_address

from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.usersessions.models import UserSession
from django.utils import timezone

from foundation.addresses import kept_address

NOWHERE = "0.0.0.0"


def id_of_session(session_key: str, user_id: int, address: str, browser: str) -> int:
    """Noted with where it comes from, unless it is known already."""
    seen = {"user_id": user_id, "ip": _ip(address), "user_agent": browser[:HTTP_USER_AGENT_MAX_LENGTH]}
    found, _ = UserSession.objects.get_or_create(session_key=session_key, defaults=seen)
    return int(found.pk)


def is_open(session_id: int) -> bool:
    """Whether it still lets its person in: it was neither ended nor made worthless by a new password."""
    found = UserSession.objects.filter(pk=session_id).first()
    return found is not None and not found.purge()


def note_session_seen(session_key: str) -> None:
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now())


def end_sessions_of(user_id: int) -> list[int]:
    """All of a person's; their ids."""
    theirs = list(UserSession.objects.filter(user=user_id))
    ids = [int(one.pk) for one in theirs]
    for one in theirs:
        one.end()
    return ids


def _ip(address: str) -> str:
    try:
        return kept_address(str(ip_address(address)), mask=False)
    except ValueError:  # it is stored as an address
        return NOWHERE
