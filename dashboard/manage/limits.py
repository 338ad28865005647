"""How often a person may have the assistant asked: an endpoint is paid for by the word."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from foundation.rate_limits import seconds_to_wait
from foundation.rest import run


def seconds_until_allowed(user: User) -> int:
    """Count one question of this person to the assistant; 0 when it may be asked."""
    return run(seconds_to_wait(f"assistance:{user.pk}", settings.ENVIRONMENT.limit_assistance_per_minute))
