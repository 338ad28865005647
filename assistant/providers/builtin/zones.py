"""How sure the built-in assistant may sound. Measured: `docs/decisions/answer-zones.md`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from assistant.retrieval import Found

SURE_RANK, SURE_COVERAGE = 0.04, 0.55
UNSURE_RANK, UNSURE_COVERAGE = 0.02, 0.25


class Zone(Enum):
    SURE = "sure"
    UNSURE = "unsure"
    NOTHING = "nothing"


def zone_of(found: Sequence[Found]) -> Zone:
    """By the best passage: it must rank well, and speak of most of what was asked."""
    if not found:
        return Zone.NOTHING
    best = found[0]
    if best.rank >= SURE_RANK and best.coverage >= SURE_COVERAGE:
        return Zone.SURE
    if best.rank >= UNSURE_RANK and best.coverage >= UNSURE_COVERAGE:
        return Zone.UNSURE
    return Zone.NOTHING
