"""What each step of a message takes, taken from docs/unit-costs.json. Nothing here knows how fast the benchmark was."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Found = Mapping[str, Any]
Row = tuple[float, float]
LARGE = 60  # messages in a burst that is busy for itself
PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "unit-costs.json"


@dataclass(frozen=True)
class Line:
    """CPU in microseconds: so much for each batch, and for each message in it."""

    batch: float
    message: float

    def of(self, messages: float, batches: float = 1) -> float:
        return self.batch * batches + self.message * messages


@dataclass(frozen=True)
class Statement:
    """Of one size: CPU of the backend, and what it waits for beside, mostly the disk, as quantiles."""

    size: int
    cpu: float
    waits: tuple[float, ...]


@dataclass(frozen=True)
class Costs:
    """`rested`: what the first batch takes when there was nothing to do before it; its memory is no longer at hand.
    `hear`: to hear from Redis what others are told, and to write it to one dashboard; part of `web`.

    `words` is what worker and Postgres do for a message afterwards, when there is time.
    """

    web: Line
    rested: float
    hear: float
    redis: Line
    client: Line
    statements: tuple[Statement, ...]
    words: tuple[float, float]
    frame_of_web: float
    frame_of_client: float
    socket: Mapping[str, float]
    hops: tuple[float, ...]
    timers: tuple[float, ...]

    def statement_cpu(self, size: int) -> float:
        return between(self.statements, size, lambda one: one.cpu)

    def statement_wait(self, size: int, dice: Random) -> float:
        place = dice.randrange(101)
        return between(self.statements, size, lambda one: one.waits[place])

    def hop(self, dice: Random) -> float:
        return dice.choice(self.hops)


def costs_of(found: Found) -> Costs:
    heard, unheard = found["messages"], found["unheard"]
    statements = tuple(statement(int(size), one) for size, one in found["statement"].items())
    large = {size: one for size, one in heard.items() if int(size) >= LARGE}
    web = nearest([*rows_of(large, "web"), *rows_of_paced(found["paced"], "web")])
    rested, alone = fitted(heard, "web"), fitted(unheard, "web")
    of_postgres, of_worker = fitted(heard, "postgres"), fitted(heard, "worker")
    largest = statements[-1]
    fanout = found["fanout"]
    return Costs(
        web=web,
        rested=max(web.batch, rested.batch),
        hear=max(0.0, rested.message - alone.message),
        redis=fitted(heard, "redis"),
        client=fitted(heard, "client"),
        statements=statements,
        words=(max(0.0, of_worker.message), max(0.0, of_postgres.message - largest.cpu / largest.size)),
        frame_of_web=slope(fanout, "web"),
        frame_of_client=slope(fanout, "client"),
        socket=found["sockets"]["cpu_us"],
        hops=hops_of(found["hops"]),
        timers=tuple(found["hops"]["timer_late_us"]),
    )


def read_costs(file: Path = PUBLISHED) -> Costs:
    return costs_of(json.loads(file.read_text()))


def statement(size: int, one: Found) -> Statement:
    return Statement(size, one["cpu"], tuple(one["waits"]))


def fitted(bursts: Found, process: str) -> Line:
    return nearest(rows_of(bursts, process))


def rows_of(bursts: Found, process: str) -> list[Row]:
    """Of each size: its batches and its messages, for a microsecond of CPU."""
    found = []
    for size, one in bursts.items():
        cpu, batches = one["cpu_us"].get(process, 0.0), one["counts"]["transactions"]
        found.append((batches / cpu, int(size) / cpu) if cpu > 0 else (0.0, 0.0))
    return found


def rows_of_paced(paced: Found, process: str) -> list[Row]:
    """The same of messages that come one after the other: what was counted is for one."""
    return [
        (one["counts"]["transactions"] / one["cpu_us"][process], 1 / one["cpu_us"][process]) for one in paced.values()
    ]


def nearest(rows: list[Row]) -> Line:
    """By least squares of what each is off by in proportion, so that a large burst does not drown a small one."""
    xx, xy, yy = (sum(a * b for a, b in pairs) for pairs in products(rows))
    x, y = sum(row[0] for row in rows), sum(row[1] for row in rows)
    determinant = xx * yy - xy * xy
    if determinant <= 0:
        return Line(0.0, 0.0)
    batch, message = (x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant
    if batch < 0:
        return Line(0.0, y / yy)
    return Line(batch, message) if message >= 0 else Line(x / xx, 0.0)


def products(rows: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    return [[(a, a) for a, _ in rows], [(a, b) for a, b in rows], [(b, b) for _, b in rows]]


def slope(fanout: Found, process: str) -> float:
    """For one more dashboard, between the fewest and the most."""
    fewest, most = min(fanout, key=int), max(fanout, key=int)
    more = fanout[most]["cpu_us"][process] - fanout[fewest]["cpu_us"][process]
    return float(more / (int(most) - int(fewest)))


def hops_of(hops: Found) -> tuple[float, ...]:
    """Half of what a round trip takes beside the CPU of both ends; of the client's, half is after it."""
    used = hops["cpu_us"]["web"] + hops["cpu_us"]["client"] / 2
    return tuple(max(10.0, (one - used) / 2) for one in hops["round_trip_us"])


def between(statements: Sequence[Statement], size: int, value: Any) -> float:
    """By the sizes that were measured, and in proportion beyond the largest."""
    sizes = [one.size for one in statements]
    place = bisect_left(sizes, size)
    if place == len(sizes):
        return float(value(statements[-1]) * size / sizes[-1])
    if sizes[place] == size or place == 0:
        return float(value(statements[place]))
    low, high = statements[place - 1], statements[place]
    share = (size - low.size) / (high.size - low.size)
    return float(value(low) * (1 - share) + value(high) * share)
