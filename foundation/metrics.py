"""What this process counts of itself; `/metrics` shows it in the form of Prometheus."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter

RATE_LIMITED = Counter(
    "chatplatform_rate_limited",
    "How often a limit was asked, by what it said.",
    ["limit", "outcome"],
)

RETENTION_FAILED = Counter(
    "chatplatform_retention_failed",
    "How often a website's old conversations could not be deleted; it is tried again in the next round.",
)


@cache
def limit_outcome(limit: str, outcome: str) -> Counter:
    """The counter of one outcome: `granted`, `refused`, or `unavailable` where the limit is closed without Redis."""
    return RATE_LIMITED.labels(limit=limit, outcome=outcome)
