"""How sure the built-in assistant may sound. Measured: `docs/decisions/answer-zones.md`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from assistant.retrieval import Found

SURE_COVERAGE, UNSURE_COVERAGE = 0.58, 0.28
CLEARLY_BEST = 0.95  # another article this close to the best is as good an answer: both are shown


class Zone(Enum):
    SURE = "sure"
    UNSURE = "unsure"
    NOTHING = "nothing"


def zone_of(found: Sequence[Found]) -> Zone:
    """By the best passage: it must speak of most of what was asked, and no other article as well as it does."""
    if not found or found[0].coverage < UNSURE_COVERAGE:
        return Zone.NOTHING
    best = found[0]
    others = [one.merit for one in found if one.article_id != best.article_id]
    is_clear = max(others, default=0) <= best.merit * CLEARLY_BEST
    return Zone.SURE if best.coverage >= SURE_COVERAGE and is_clear else Zone.UNSURE
