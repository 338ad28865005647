"""How often a person may have something sent by hand: other people's servers are at the other end."""

from __future__ import annotations

from django.conf import settings

from conversations.errors import RateLimited
from foundation.rate_limits import seconds_to_wait
from foundation.rest import run


def count_sending(user_id: int) -> None:
    """Count one test or replay of this person. Raises RateLimited."""
    wait = run(seconds_to_wait(f"webhook:{user_id}", settings.ENVIRONMENT.limit_webhook_tests_per_minute))
    if wait:
        raise RateLimited(wait)
