"""How much single messages differ from their mean, and what the servers do by themselves now and then.

Means are enough for a server that is full; how late one message in a hundred is, is told by neither.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.costs.measuring import Size, driven
from benchmarks.costs.sampling import Sample, Watch, cpu_of
from benchmarks.ground import Ground
from benchmarks.targets import PRODUCT

Found = dict[str, Any]
LOOK_EVERY = 0.01  # seconds
CHORE = 1_000.0  # microseconds of CPU between two looks; what is less is in the mean


def measure_spread(ground: Ground, size: Size, idle: Sample) -> Found:
    """`web_us`: CPU of web for one message after a rest, 400 quantiles. `chores`: of nobody asking for anything."""
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        plan = running.cast(visitors=1, dashboards=1) | {"watched_pid": running.pid}
        one = driven(watch, "bursts", plan | {"bursts": size.often, "pause_ms": 3, "warm_ups": 20}, idle)
        time.sleep(size.settle_seconds)
        chores = chores_in(watch, size.rest_seconds)
    return {"web_us": one.result["quantiles_us"], "seconds": size.rest_seconds, "chores": chores}


def chores_in(watch: Watch, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """By process: when in that time, in microseconds, it began to use so many microseconds of CPU at one go."""
    pids = watch.pids.of()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in pids}
    seen, began, looked = {name: spent(of) for name, of in pids.items()}, time.monotonic(), time.monotonic()
    goes_on = dict.fromkeys(pids, False)
    while looked - began < seconds:
        time.sleep(LOOK_EVERY)
        before, looked = looked, time.monotonic()
        for name, of in pids.items():
            used, seen[name] = spent(of) - seen[name], spent(of)
            if used >= CHORE and goes_on[name]:
                at, so_far = found[name].pop()
                found[name].append((at, round(so_far + used)))
            elif used >= CHORE:
                found[name].append((round((before - began) * 1e6), round(used)))
            goes_on[name] = used >= CHORE
    return found


def spent(pids: list[int]) -> float:
    return sum(map(cpu_of, pids))
