"""Each cost by itself, on a server that is far from busy: what is predicted from them is measured by `make bench`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.costs.proxy import proxied
from benchmarks.costs.sampling import Sample, Watch
from benchmarks.driver import Result, drive
from benchmarks.ground import Ground
from benchmarks.measurements.accepts import memory_of
from benchmarks.targets import PRODUCT, Plan, run_python

Found = dict[str, Any]
IN_ONE_CONNECTION = {"HOT_PATH_CONNECTIONS": "1"}


@dataclass(frozen=True)
class Size:
    """`messages`: for each size of burst."""

    bursts: tuple[int, ...]
    messages: int
    statements: tuple[int, ...]
    times: int
    words: int  # messages whose words are taken in one round
    often: int  # the same for the smallest batches: one in a hundred of them is to be known
    pings: int
    sockets: int
    widths: tuple[int, ...]  # sockets that knock at once
    dashboards: tuple[int, ...]
    at_once: tuple[int, ...]  # questions under way; the most of them fill a worker by about 60 %
    asked: int  # as many times
    idle_seconds: float
    settle_seconds: float
    pacing_seconds: float
    rest_seconds: float  # a heartbeat of every socket
    rates: tuple[int, ...]  # messages a second
    paced_seconds: float
    fewest: int  # bursts of a size, however large
    tells: int  # messages to so many dashboards
    pause: float  # seconds between two of them: each finds a process with nothing to do


FULL = Size(
    bursts=(1, 5, 20, 60, 150),
    messages=3_000,
    statements=(1, 2, 5, 10, 25, 50, 100, 200),
    times=250,
    words=5_000,
    often=4_000,
    pings=5_000,
    sockets=2_000,
    widths=(5, 10, 25),
    dashboards=(1, 100, 300),
    at_once=(5, 20),
    asked=8,
    idle_seconds=4,
    settle_seconds=3,
    pacing_seconds=10,
    rest_seconds=21,
    rates=(1_000, 2_000, 3_000),
    paced_seconds=4,
    fewest=25,
    tells=40,
    pause=0.3,
)
SHORT = Size(
    (1, 5), 20, (1, 5), 5, 200, 5, 20, 20, (2, 5), (1, 5), (1, 2), 2, 0.3, 0.3, 0.3, 0.3, (40,), 0.5, 2, 3, 0.025
)
SMALL = 5  # messages in a batch that is often stored with nothing else waiting


@dataclass(frozen=True)
class Driven:
    """What the servers used while the client did its part, without what they use anyway."""

    used: Sample
    result: Result


def driven(watch: Watch, scenario: str, plan: Plan, idle: Sample | None = None) -> Driven:
    looks: list[Sample] = []

    def look() -> None:
        looks.append(watch.look())

    result = drive(watch.running, scenario, plan, when_open=look, when_done=look)
    assert not result["lost"], f"{scenario}: {result['lost']} lost"
    used = looks[1].since(looks[0])
    return Driven(used.less(idle) if idle else used, result)


def measure_idle(ground: Ground, size: Size) -> tuple[Found, Sample]:
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        time.sleep(size.settle_seconds)
        idle = watch.idle(size.idle_seconds)
    return {"cpu_us_per_second": rounded(idle.cpu)}, idle


def measure_bursts(ground: Ground, size: Size, idle: Sample, dashboards: int) -> Found:
    """For each size of burst: CPU by process for one burst, and in how many statements it was stored."""
    found: Found = {}
    for burst in size.bursts:
        times = max(size.fewest, size.messages // max(burst, 5))
        with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
            plan = running.cast(visitors=burst, dashboards=dashboards)
            one = driven(watch, "bursts", plan | {"bursts": times, "pause_ms": 5, "warm_ups": 10}, idle)
        each = one.used.each(times)
        cpu = each.cpu | {"client": one.result["client_us"] / times}
        found[str(burst)] = {"cpu_us": rounded(cpu), "counts": rounded(each.counts), "seconds": each.at}
    return found


def measure_paced(ground: Ground, size: Size, idle: Sample) -> Found:
    """The same without rest: messages at so many a second, one after the other, which half fill the process at most."""
    found: Found = {}
    for rate in size.rates:
        with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
            plan = running.cast(visitors=50, dashboards=1)
            one = driven(watch, "updates", plan | {"rate": rate, "seconds": size.paced_seconds}, idle)
        sent = one.result["sent"]
        each = one.used.each(sent)
        found[str(rate)] = {"cpu_us": rounded(each.cpu), "counts": rounded(each.counts), "messages": sent}
    return found


def measure_statement(ground: Ground, size: Size) -> Found:
    with ground.running(PRODUCT) as running:
        conversations = running.cast(visitors=max(size.statements))["conversations"]
        times = {one: size.often if one <= SMALL else size.times for one in size.statements}
        told = {"times": times, "conversations": conversations}
        environment = {**running.environment, **IN_ONE_CONNECTION, "LOG_LEVEL": "WARNING"}
        found: Found = json.loads(run_python(environment, "-m", "benchmarks.costs.statement", json.dumps(told)))
    return found


def measure_words(ground: Ground, size: Size) -> Found:
    """Without a worker, which would do them first."""
    with ground.running(replace(PRODUCT, worker=())) as running:
        told = {"messages": size.words, "conversations": running.cast(visitors=max(size.statements))["conversations"]}
        environment = {**running.environment, **IN_ONE_CONNECTION, "LOG_LEVEL": "WARNING"}
        found: Found = json.loads(run_python(environment, "-m", "benchmarks.costs.words", json.dumps(told)))
    return found


def measure_hops(ground: Ground, size: Size, idle: Sample) -> Found:
    """A frame to the server and one back; and how late the client's own timers are."""
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        plan = running.cast(visitors=1)
        one = driven(watch, "pings", plan | {"pings": size.pings, "pause_ms": 2}, idle)
        pacing = drive(running, "pacing", plan | {"rate": 200, "seconds": size.pacing_seconds}, when_open=lambda: None)
    return {
        "round_trip_us": one.result["quantiles_us"],
        "cpu_us": {"web": one.used.cpu["web"] / size.pings, "client": one.result["client_us"] / size.pings},
        "timer_late_us": pacing["quantiles_us"],
    }


def measure_fanout(ground: Ground, size: Size, idle: Sample) -> Found:
    """One message at a time, after a rest, to so many dashboards."""
    found: Found = {}
    for dashboards in size.dashboards:
        with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
            plan = running.cast(visitors=1, dashboards=dashboards) | {"watched": True}
            pauses = {"settle_seconds": size.settle_seconds, "pause_seconds": size.pause, "times": size.tells}
            one = driven(watch, "fanout", plan | pauses, idle)
        times = size.tells + 1  # one warms up
        each, client = one.used.each(times), one.result["client_us"] / times
        found[str(dashboards)] = {"cpu_us": rounded(each.cpu | {"client": client})}
    return found


def measure_sockets(ground: Ground, size: Size, idle: Sample) -> Found:
    return measure_open(ground, size, idle) | measure_widths(ground, size, idle)


def measure_open(ground: Ground, size: Size, idle: Sample) -> Found:
    """CPU of letting one in, ten at a time, and the memory of one that is idle."""
    with let_in(ground) as watch:
        return opened(watch, lambda: watch.running.cast(visitors=size.sockets), size, idle)


def measure_widths(ground: Ground, size: Size, idle: Sample) -> Found:
    """CPU by how many come at once."""

    def one_of(width: int) -> Found:
        with let_in(ground) as watch:
            plan = watch.running.cast(visitors=size.sockets) | {"width": width}
            return {"cpu_us": driven_in(watch, plan, size, idle)}

    return {"by_width": {str(width): one_of(width) for width in size.widths}}


@contextmanager
def let_in(ground: Ground) -> Iterator[Watch]:
    """A server that has let some in before."""
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        drive(running, "accepts", running.cast(visitors=50) | {"width": 10}, when_open=lambda: None)
        yield watch


def driven_in(watch: Watch, plan: Plan, size: Size, idle: Sample) -> dict[str, float]:
    used, before = list[Sample](), watch.look()
    result = drive(watch.running, "accepts", plan, when_open=lambda: used.append(watch.look().since(before)))
    assert not result["lost"], "sockets were not let in"
    each = used[0].less(replace(idle, at=1.0)).each(size.sockets)
    return rounded(each.cpu | {"client": result["client_us"] / size.sockets})


def measure_sockets_through_proxy(ground: Ground, size: Size, idle: Sample) -> Found | None:
    """The same through Caddy with TLS, and messages; None where there is no Caddy."""
    with ground.running(PRODUCT) as running, proxied(running) as front:
        if front is None:
            return None
        with Watch(ground, running, front.pid) as watch:
            few = front.plan(running.cast(visitors=50, dashboards=1))
            one = driven(watch, "bursts", few | {"bursts": size.fewest, "pause_ms": 5, "warm_ups": 5}, idle)
            found = opened(watch, lambda: front.plan(running.cast(visitors=size.sockets)), size, idle)
    frames = size.fewest * 50 * 3  # each message: one frame in, one to its visitor, one to the dashboard
    return found | {"caddy_cpu_us_per_frame": round(one.used.cpu["caddy"] / frames, 1)}


def opened(watch: Watch, cast: Callable[[], Plan], size: Size, idle: Sample) -> Found:
    """Memory is looked at before there are tokens: Redis keeps each until its socket is let in."""
    before, after, plan = memory(watch), dict[str, float](), cast()
    use_before = watch.look()
    used, rest = list[Sample](), list[Sample]()

    def look() -> None:
        used.append(watch.look().since(use_before))
        time.sleep(size.settle_seconds)
        after.update(memory(watch))
        rest.append(watch.idle(size.rest_seconds))

    began = time.monotonic()
    result = drive(watch.running, "accepts", plan | {"width": 10}, when_open=look)
    assert not result["lost"], "sockets were not let in"
    each = used[0].less(replace(idle, at=1.0)).each(size.sockets)
    return {
        "cpu_us": rounded(each.cpu | {"client": result["client_us"] / size.sockets}),
        "rest_us_per_second": rounded(rest[0].less(idle).each(size.sockets).cpu),
        "counts": rounded(each.counts),
        "memory_bytes": {name: round((after[name] - before[name]) / size.sockets) for name in after},
        "seconds": round(time.monotonic() - began, 1),
    }


def memory(watch: Watch) -> dict[str, float]:
    """Of Redis what it has asked for, without what is on its way to the disk or to us who ask."""
    redis = watch.client.info("memory")
    kept = redis["used_memory"] - redis["mem_aof_buffer"] - redis["mem_clients_normal"]
    found = {"web": memory_of(watch.pids.web) * 1024.0, "redis": float(kept)}
    if watch.pids.caddy:
        found["caddy"] = memory_of(watch.pids.caddy) * 1024.0
    return found


def measure_processes(ground: Ground) -> Found:
    """Memory of each process at rest."""
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        drive(running, "pings", running.cast(visitors=1) | {"pings": 1, "pause_ms": 1}, when_open=lambda: None)
        named = watch.pids.of()
        return {name: sum(memory_of(pid) for pid in pids) * 1024 for name, pids in named.items()}


def rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in values.items() if abs(value) >= 0.005}
