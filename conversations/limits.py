"""How many messages one may send, in the memory of this process; sockets and REST share it."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from accounts.actors import Actor, Staff, VisitorActor
from conversations.errors import RateLimited
from foundation.rate_limits import Buckets

COMMANDS_PER_SECOND, COMMANDS_BURST = 20.0, 60.0


def count_message(actor: Actor) -> None:
    """Count one message of this actor; raises RateLimited with the seconds to wait."""
    match actor:
        case Staff():
            wait = _staff().take(str(actor.user_id))
        case VisitorActor():
            wait = _visitors().take(str(actor.visitor_id))
    if wait:
        raise RateLimited(wait)


def count_command(actor: Actor) -> None:
    """Count anything else that everybody is told, such as typing; raises RateLimited."""
    match actor:
        case Staff():
            wait = _commands().take(f"staff:{actor.user_id}")
        case VisitorActor():
            wait = _commands().take(f"visitor:{actor.visitor_id}")
    if wait:
        raise RateLimited(wait)


@cache
def _commands() -> Buckets:
    return Buckets(COMMANDS_PER_SECOND, COMMANDS_BURST)


@cache
def _visitors() -> Buckets:
    limits = settings.ENVIRONMENT
    return Buckets(limits.limit_visitor_messages_per_second, limits.limit_visitor_burst)


@cache
def _staff() -> Buckets:
    per_second = settings.ENVIRONMENT.limit_staff_messages_per_second
    return Buckets(per_second, 2 * per_second)
