"""(a) Messages a second that are stored and delivered to visitor and dashboard, visitors in closed loop."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals
from benchmarks.targets import ALL

GOALS = Goals(times_baseline=20, of_peer=0.8)


def measure_throughput(bench: Bench) -> list[Figure]:
    return [measure_crowd(bench, crowd) for crowd in bench.size.crowds]


def measure_crowd(bench: Bench, visitors: int) -> Figure:
    figure = Figure(f"messages/s, {visitors} visitors", "/s", more_is_better=True, goals=GOALS)
    times = {"seconds": bench.size.seconds, "warm_up_seconds": bench.size.warm_up_seconds}
    for target in bench.by_turns(*ALL):
        with bench.ground.running(target) as running:
            result = bench.drive(running, "throughput", running.cast(visitors=visitors, dashboards=1) | times)
        figure.rounds[target.name].append(result["messages_per_second"])
    return figure
