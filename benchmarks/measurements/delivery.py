"""(b) How long a message takes to the dashboard at a rate that everybody can bear."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals
from benchmarks.targets import ALL


def measure_delivery(bench: Bench) -> list[Figure]:
    size = bench.size
    p50 = Figure(f"delivery at {size.rate}/s, p50", "ms")
    p99 = Figure(f"delivery at {size.rate}/s, p99", "ms", goals=Goals(times_baseline=10, of_peer=1 / 1.5))
    for target in bench.by_turns(*ALL):
        with bench.ground.running(target) as running:
            plan = running.cast(visitors=size.rate_visitors, dashboards=1) | {"rate": size.rate}
            times = {"seconds": size.seconds * 2, "warm_up_seconds": size.warm_up_seconds}
            result = bench.drive(running, "delivery", plan | times)
        p50.rounds[target.name].append(result["p50_ms"])
        p99.rounds[target.name].append(result["p99_ms"])
    return [p50, p99]
