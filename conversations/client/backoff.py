"""How long to wait before the next attempt to connect, in seconds."""

from __future__ import annotations

from random import uniform

FIRST, LONGEST = 0.5, 30.0


def jittered(attempt: int) -> float:
    """Full jitter: after an outage a thousand clients must not come back in the same instant."""
    return 0.25 + uniform(0, min(LONGEST, FIRST * 2.0 ** min(attempt, 10)))


def delay_after_close(code: int, attempt: int) -> float | None:
    """By the close codes of the protocol. None: do not come back at all."""
    match code:
        case 4003:  # not allowed, or no longer
            return None
        case 4029:  # too many
            return uniform(5, 15) + jittered(attempt)
        case 4012 | 1012 if attempt == 0:  # restarting
            return uniform(0.2, 3)
        case 4001 | 4008 if attempt == 0:  # the token was used up; we were too slow: a new one, and resume
            return uniform(0.05, 0.25)
    return jittered(attempt)
