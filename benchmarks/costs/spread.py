"""How much single messages differ from their mean, one after the other, and what the servers do by themselves.

Means are enough for a server that is full; how late one message in a hundred is, they do not tell. Slow moments of a
machine last: that is why the messages are kept in their order, and not as quantiles.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.costs.measuring import Size, driven
from benchmarks.costs.sampling import Sample, Watch, children_of, cpu_of
from benchmarks.ground import Ground
from benchmarks.targets import PRODUCT

Found = dict[str, Any]
LOOK_EVERY = 0.01  # seconds
CHORE = 1_000.0  # microseconds of CPU between two looks; what is less is in the mean


def measure_spread(ground: Ground, size: Size, idle: Sample) -> Found:
    """`messages`: when each was sent, after a rest, and CPU of web, Postgres and the client for it, in microseconds.

    `chores`: what is done when nobody asks for anything.
    """
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        rest = {"pause_ms": 3, "warm_ups": 20}
        driven(watch, "bursts", running.cast(visitors=1, dashboards=1) | rest | {"bursts": 1}, idle)
        pids = [[running.pid], children_of(watch.pids.postmaster)]  # now its connections are open
        watched = {"bursts": size.often, "watched_pids": pids}
        one = driven(watch, "bursts", running.cast(visitors=1, dashboards=1) | rest | watched, idle)
        time.sleep(size.settle_seconds)
        chores = chores_in(watch, size.rest_seconds)
    return {"messages": one.result["used_us"], "seconds": size.rest_seconds, "chores": chores}


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
            now = spent(of)
            used, seen[name] = now - seen[name], now
            if used >= CHORE and goes_on[name]:
                at, so_far = found[name].pop()
                found[name].append((at, round(so_far + used)))
            elif used >= CHORE:
                found[name].append((round((before - began) * 1e6), round(used)))
            goes_on[name] = used >= CHORE
    return found


def spent(pids: list[int]) -> float:
    return sum(map(cpu_of, pids))
