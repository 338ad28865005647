"""(c) One message to many dashboards of one website: the time to the last."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals
from benchmarks.targets import TELLER, Target


def measure_fanout(bench: Bench) -> list[Figure]:
    figure = Figure(f"one message to {bench.size.dashboards} dashboards", "ms", goals=Goals(times_baseline=10))
    floor = Figure("the same by a thread that only sends", "ms")
    for target in bench.by_turns():
        figure.rounds[target.name].append(last_of(bench, target))
        if target.name == "product":
            floor.rounds["product"].append(last_of(bench, TELLER))
    floor.rounds["baseline"] = figure.rounds["baseline"]
    return [figure, floor]


def last_of(bench: Bench, target: Target) -> float:
    """Milliseconds until the last has it, median of one server's turn."""
    size = bench.size
    pauses = {"settle_seconds": size.settle_seconds, "pause_seconds": size.pause_seconds}
    with bench.ground.running(target) as running:
        plan = running.cast(visitors=1, dashboards=size.dashboards)
        result = bench.drive(running, "fanout", plan | pauses | {"times": size.times}, stores=False)
    return float(result["last_ms"])
