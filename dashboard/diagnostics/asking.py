"""How often somebody may have the diagnostics run."""

from __future__ import annotations

from django.conf import settings

from foundation.rate_limits import seconds_to_wait
from foundation.rest import run


def seconds_until_next_run(user_id: int, by: str = "") -> int:
    """Counts one run of this person; 0 when it may begin. What their browser tries is counted apart. Without Redis it
    may: that is what is to be found out."""
    return run(seconds_to_wait(f"diagnostics:{by}{user_id}", settings.ENVIRONMENT.limit_diagnostics_per_minute))
