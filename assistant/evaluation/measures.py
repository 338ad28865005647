"""What many trials come to. Shares are between 0 and 1; None where there was nothing to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.evaluation.trials import Tried

DEEPEST = 10  # places that count for the mean reciprocal rank
Share = float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """`right` is the share of what was asserted that names a right article; `quoted` that says what it must."""

    questions: int
    hit_at_1: Share
    hit_at_3: Share
    mrr: Share
    sure: Share
    unsure: Share
    nothing: Share
    right: Share
    quoted: Share


def measure(tried: Sequence[Tried]) -> Measures:
    covered = [one for one in tried if one.asked.is_covered]
    sure = [one for one in covered if one.zone == "sure"]
    zones = Counter(one.zone for one in tried)
    return Measures(
        questions=len(tried),
        hit_at_1=_share(covered, lambda one: one.place == 1),
        hit_at_3=_share(covered, lambda one: 1 <= one.place <= 3),
        mrr=_mean([1 / one.place if 1 <= one.place <= DEEPEST else 0.0 for one in covered]),
        sure=zones["sure"] / len(tried) if tried else None,
        unsure=(zones["unsure"] + zones["person"]) / len(tried) if tried else None,
        nothing=zones["nothing"] / len(tried) if tried else None,
        right=_share(sure, lambda one: one.place == 1),
        quoted=_share([one for one in sure if one.asked.must_contain], lambda one: one.quotes_it),
    )


GROUPS: dict[str, Callable[[Tried], bool]] = {
    "covered": lambda one: one.asked.is_covered,
    "– plain": lambda one: one.asked.is_covered and one.asked.language == "en" and one.asked.style == "plain",
    "– typos": lambda one: one.asked.is_covered and one.asked.language == "en" and one.asked.style == "typos",
    "– synonyms": lambda one: one.asked.is_covered and one.asked.language == "en" and one.asked.style == "synonyms",
    "– German": lambda one: one.asked.is_covered and one.asked.language == "de",
    "to be refused": lambda one: not one.asked.is_covered,
    "– other business": lambda one: one.asked.kind == "other_business",
    "– not in articles": lambda one: one.asked.kind == "not_in_articles",
}
SPLITS: dict[str, Callable[[Tried], bool]] = {
    "tune": lambda one: not one.asked.is_held_out,
    "held out": lambda one: one.asked.is_held_out,
    "all": lambda one: True,
}


def measure_groups(tried: Sequence[Tried]) -> dict[str, dict[str, Measures]]:
    """By half of the questions, then by group."""
    return {
        split: {
            group: measure([one for one in tried if is_in(one) and belongs(one)]) for group, belongs in GROUPS.items()
        }
        for split, is_in in SPLITS.items()
    }


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that is not exceeded by this share of them."""
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * 1000) * len(ordered) // 1000) - 1)]


def _share(tried: Sequence[Tried], counts: Callable[[Tried], bool]) -> Share:
    return _mean([float(counts(one)) for one in tried])


def _mean(values: Sequence[float]) -> Share:
    return sum(values) / len(values) if values else None
