"""What a question means, if a model could be asked in time, and how like it a passage must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.embeddings.vectors import Vector


@dataclass(frozen=True, slots=True)
class Limits:
    """From which score on an answer is asserted, and from which on something is shown."""

    sure: float
    unsure: float


# Chosen on the tuning half of demo/questions/ with all-MiniLM-L6-v2 (docs/evaluation.md). Other models have other
# scales, so a website's question set replaces them (thresholds.py).
BY_MEANING = Limits(0.475, 0.32)


@dataclass(frozen=True, slots=True)
class Meaning:
    """`vectors` by text. Without any, full-text search answers, and `why` says why: empty if no model is set."""

    model: str = ""
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    limits: Limits = BY_MEANING
    why: str = ""


NOTHING_MEANT = Meaning()
