"""(f) The first page of an inbox that holds very many conversations. Only the product has one."""

from __future__ import annotations

import json

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals
from benchmarks.targets import PRODUCT, Running, run_python

WEBSITES = 5


def measure_inbox(bench: Bench) -> list[Figure]:
    count = bench.size.conversations
    over_http = Figure(f"inbox of {count:,}, over HTTP", "ms", goals=Goals(at_most=30))
    inside = Figure(f"inbox of {count:,}, in the server", "ms")
    statements = Figure("queries for its list", "", goals=Goals(at_most=1))
    with bench.ground.running(PRODUCT) as running:
        plan = running.cast(inbox=count, websites=WEBSITES)
        for _ in bench.by_turns(PRODUCT):
            result = bench.drive(running, "inbox", plan | {"times": bench.size.times * 4}, stores=False)
            over_http.rounds["product"].append(result["p50_ms"])
        cost = cost_inside(running, plan["inbox"]["token"], bench.size.times * 4)
    inside.rounds["product"].append(cost["p50_ms"])
    statements.rounds["product"].append(cost["list_queries"])
    return [over_http, inside, statements]


def cost_inside(running: Running, token: str, times: int) -> dict[str, float]:
    found: dict[str, float] = json.loads(
        run_python(running.environment, "-m", "benchmarks.inbox_cost", token, str(times))
    )
    return found
