"""(e) Everything that was missed, over a socket, page by page. Only the product can."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals
from benchmarks.targets import PRODUCT


def measure_resume(bench: Bench) -> list[Figure]:
    size = bench.size
    figures = {
        f"{who}_ms": Figure(f"resume of {size.missed:,} entries, {who}", "ms", goals=Goals(at_most=50))
        for who in ("visitor", "dashboard")
    }
    for target in bench.by_turns(PRODUCT):
        with bench.ground.running(target) as running:
            plan = running.cast(visitors=1, dashboards=1, missed=size.missed)
            more = {"conversation": plan["conversations"][0], "missed": size.missed, "times": size.times}
            result = bench.drive(running, "resume", plan | more, stores=False)
        for name, figure in figures.items():
            figure.rounds[target.name].append(result[name])
    return list(figures.values())
