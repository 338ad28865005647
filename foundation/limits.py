"""Every limit there is: whose attempts it counts, where, and what holds while Redis is away.

docs/settings.md lists them from here; a limit that is counted without a row here raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Away = Literal["open", "closed", "unaffected"]
Where = Literal["Redis", "each web process; much of it in Redis", "each web process"]
SHARED: Where = "each web process; much of it in Redis"


@dataclass(frozen=True, slots=True)
class Limit:
    """`setting` is its field of the environment. `where` it is counted: in Redis, exactly over all web processes, in
    each of them, or there at once and in Redis behind it (foundation/shared_buckets.py).

    `away`: without Redis an `open` limit is counted by each process for itself, a `closed` one answers 503, and one
    that is not counted in Redis is `unaffected`.
    """

    name: str
    setting: str
    of: str
    away: Away = "open"
    where: Where = "Redis"


LIMITS = {
    limit.name: limit
    for limit in (
        Limit("login", "limit_logins_per_minute", "an address, and an account"),
        Limit("session", "limit_sessions_per_minute", "an address"),
        # The tokens themselves are kept in Redis.
        Limit("token", "limit_tokens_per_minute", "a visitor", "closed"),
        # In the round trip that takes the token; without Redis nobody comes in at all.
        Limit("connect", "limit_connects_per_minute", "an address", "closed"),
        Limit("conversation", "limit_conversations_per_minute", "a visitor"),
        Limit("upload", "limit_uploads_per_minute", "a visitor or a member of the staff"),
        Limit("webhook", "limit_webhook_tests_per_minute", "a member of the staff"),
        Limit("assistance", "limit_assistance_per_minute", "a member of the staff"),
        Limit("diagnostics", "limit_diagnostics_per_minute", "a member of the staff"),
        # What is sent to addresses that somebody typed rather waits.
        Limit("transcript", "limit_transcripts_per_minute", "a visitor, and a recipient", "closed"),
        Limit("invitation", "limit_invitations_per_minute", "a member of the staff", "closed"),
        Limit("visitor_message", "limit_visitor_messages_per_second", "a visitor", where=SHARED),
        Limit("staff_message", "limit_staff_messages_per_second", "a member of the staff", where=SHARED),
        Limit("command", "limit_commands_per_second", "a socket, and a person over REST", where=SHARED),
        # Over all processes it would need leases that outlive no killed process; `connect` bounds them already.
        Limit("socket", "limit_sockets_per_address", "an address", "unaffected", "each web process"),
    )
}
