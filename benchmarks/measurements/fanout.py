"""(c) One message to many dashboards of one website: the time to the last."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals


def measure_fanout(bench: Bench) -> list[Figure]:
    size = bench.size
    figure = Figure(f"one message to {size.dashboards} dashboards", "ms", goals=Goals(times_baseline=10))
    pauses = {"settle_seconds": size.settle_seconds, "pause_seconds": size.pause_seconds}
    for target in bench.by_turns():
        with bench.ground.running(target) as running:
            plan = running.cast(visitors=1, dashboards=size.dashboards)
            result = bench.drive(running, "fanout", plan | pauses | {"times": size.times}, stores=False)
        figure.rounds[target.name].append(result["last_ms"])
    return [figure]
