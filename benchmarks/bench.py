"""One run: the ground, how much is measured, and what was lost so far."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.driver import Result, drive
from benchmarks.figures import Losses
from benchmarks.ground import Ground
from benchmarks.sizes import Size
from benchmarks.targets import JUDGED, Plan, Running, Target


@dataclass
class Bench:
    """`only`: who is measured, where not all are."""

    ground: Ground
    size: Size
    only: tuple[Target, ...] = ()
    losses: Losses = field(default_factory=Losses)

    def by_turns(self, *targets: Target) -> Iterator[Target]:
        """product, baseline, peer, product, …: what else goes on on the machine meets them alike."""
        for _ in range(self.size.rounds):
            yield from [one for one in targets or JUDGED if not self.only or one in self.only]

    def drive(
        self,
        running: Running,
        scenario: str,
        plan: Plan,
        *,
        stores: bool = True,
        when_open: Callable[[], None] | None = None,
    ) -> Result:
        """One round of one target; prints it. `stores`: what was sent must lie in the database afterwards."""
        result = drive(running, scenario, plan, when_open=when_open)
        name = running.target.name
        self.losses.note(name, result, stores=stores)
        shown = "  ".join(f"{key} {value:,}" for key, value in result.items())
        print(f"{scenario:10} {name:8} {shown}", file=sys.stderr, flush=True)
        return result
