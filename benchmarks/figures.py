"""One line of the table: what was measured for each target, and what was to be reached."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Goals:
    """`times_baseline`: so many times better than the recipe; `of_peer`: so many times as good as the Node peer."""

    times_baseline: float | None = None
    of_peer: float | None = None
    at_most: float | None = None


@dataclass
class Figure:
    """A median of the rounds for each target. `more_is_better` is false for times and memory."""

    name: str
    unit: str
    more_is_better: bool = False
    goals: Goals = Goals()
    rounds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def median(self, target: str) -> float | None:
        return median(self.rounds[target]) if self.rounds.get(target) else None

    def advantage(self, other: str) -> float | None:
        """How many times better the product is: 2.0 is twice as fast, or half the time."""
        ours, theirs = self.median("product"), self.median(other)
        if not ours or not theirs:
            return None
        return ours / theirs if self.more_is_better else theirs / ours

    def verdicts(self) -> list[tuple[str, bool]]:
        """Each goal in words, and whether it was reached; only those that could be judged."""
        ours, goals = self.median("product"), self.goals
        judged = [
            ("≥ {:g}× recipe", self.advantage("baseline"), goals.times_baseline),
            ("≥ {:.2g}× Node", self.advantage("peer"), goals.of_peer),
        ]
        verdicts = [
            (words.format(goal), value >= goal)
            for words, value, goal in judged
            if goal is not None and value is not None
        ]
        if goals.at_most is not None and ours is not None:
            verdicts.append((f"≤ {goals.at_most:g} {self.unit}".rstrip(), ours <= goals.at_most))
        return verdicts

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "more_is_better": self.more_is_better,
            "rounds": dict(self.rounds),
            "medians": {target: self.median(target) for target in self.rounds},
            "times_better_than": {other: self.advantage(other) for other in ("baseline", "peer", "batching")},
            "goals": [{"goal": words, "reached": reached} for words, reached in self.verdicts()],
        }


@dataclass
class Losses:
    """What each target lost, doubled or misnumbered while it was measured."""

    sent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    doubled: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def note(self, target: str, result: dict[str, Any], *, stores: bool) -> None:
        missing = max(0, result["sent"] - result["stored"]) if stores else 0
        surplus = max(0, result["stored"] - result["sent"]) if stores else 0
        self.sent[target] += result["sent"]
        self.lost[target] += max(result["lost"], missing)
        self.doubled[target] += max(result["doubled"], surplus) + result["misnumbered"]

    def of(self, target: str) -> int:
        return self.lost[target] + self.doubled[target]
