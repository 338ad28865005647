"""How many messages one may send: sockets and REST share it, and so do all web processes.

Redis is asked only about those who send much, and nobody waits for it (foundation/shared_buckets.py).
"""

from __future__ import annotations

from functools import cache

from django.conf import settings

from accounts.actors import Actor, Staff, VisitorActor
from conversations.errors import RateLimited
from foundation.metrics import limit_outcome
from foundation.rate_limits import Bucket
from foundation.shared_buckets import SharedBuckets


def count_message(actor: Actor) -> None:
    """Count one message of this actor; raises RateLimited with the seconds to wait."""
    match actor:
        case Staff():
            name, wait = "staff_message", _staff().take(str(actor.user_id))
        case VisitorActor():
            name, wait = "visitor_message", _visitors().take(str(actor.visitor_id))
    if wait:
        raise refused(name, wait)


def count_command(actor: Actor) -> None:
    """Count anything else that everybody is told, such as typing; raises RateLimited."""
    match actor:
        case Staff():
            wait = _commands().take(f"staff:{actor.user_id}")
        case VisitorActor():
            wait = _commands().take(f"visitor:{actor.visitor_id}")
    if wait:
        raise refused("command", wait)


def command_bucket(now: float) -> Bucket:
    """That of a new socket; a socket is in one process only, so nothing needs to be added up."""
    per_second = settings.ENVIRONMENT.limit_commands_per_second
    return Bucket(per_second, 3 * per_second, 3 * per_second, now)


def refused(name: str, wait: float) -> RateLimited:
    """Only refusals are counted here: what is granted, messages count by themselves."""
    limit_outcome(name, "refused").inc()
    return RateLimited(wait)


@cache
def _commands() -> SharedBuckets:
    per_second = settings.ENVIRONMENT.limit_commands_per_second
    return SharedBuckets("command", per_second, 3 * per_second)


@cache
def _visitors() -> SharedBuckets:
    limits = settings.ENVIRONMENT
    return SharedBuckets("visitor_message", limits.limit_visitor_messages_per_second, limits.limit_visitor_burst)


@cache
def _staff() -> SharedBuckets:
    per_second = settings.ENVIRONMENT.limit_staff_messages_per_second
    return SharedBuckets("staff_message", per_second, 2 * per_second)
