"""How sure the built-in assistant may sound. Measured: `docs/decisions/answer-zones.md`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from assistant.embeddings.meaning import NOTHING_MEANT, Limits, Meaning
from assistant.retrieval import Found

BY_WORDS = Limits(sure=0.58, unsure=0.28)  # of coverage; those of cosines belong to model and website
CLEARLY_BEST = 0.95  # another article this close to the best is as good an answer: both are shown


class Zone(Enum):
    SURE = "sure"
    UNSURE = "unsure"
    NOTHING = "nothing"


def zone_of(found: Sequence[Found], meant: Meaning | None = None) -> Zone:
    """By the best passage: it must speak of most of what was asked, or mean it, and no other article as well."""
    limits = limits_for(found, meant)
    if not found or found[0].sureness < limits.unsure:
        return Zone.NOTHING
    best = found[0]
    others = [one.merit for one in found if one.article_id != best.article_id]
    is_clear = max(others, default=0) <= best.merit * CLEARLY_BEST
    return Zone.SURE if best.sureness >= limits.sure and is_clear else Zone.UNSURE


def limits_for(found: Sequence[Found], meant: Meaning | None) -> Limits:
    """Of the score by which these passages were found."""
    return (meant or NOTHING_MEANT).limits if found and found[0].cosine is not None else BY_WORDS
