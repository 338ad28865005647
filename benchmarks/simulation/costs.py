"""What each step of a message takes, taken from docs/unit-costs.json. Nothing here knows how fast the benchmark was."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
class FanOut:
    """CPU of one message after a rest, told to so many dashboards."""

    size: int
    web: float
    client: float


@dataclass(frozen=True)
class Spread:
    """CPU of one message, less the mean of all; `at`: microseconds since the first."""

    at: float
    web: float
    postgres: float
    client: float


@dataclass(frozen=True)
class Costs:
    """`rested`: what the first batch takes when there was nothing to do before it; its memory is no longer at hand.
    `hear`: to hear from Redis what others are told, and to write it to one dashboard; part of `web`.

    `doors`: by process, what letting sockets in takes: so much for those who come together, and for each; `answers`:
    what an answer takes, so much for those that are under way together, and for each, in so many `chunks` and `writes`.
    `spread`: how far single messages are from their mean, in the order in which they were measured. `chores`: by
    process, when it does something by itself and for how long, again after `chores_every` microseconds.
    `words` is what worker and Postgres do for a message afterwards, when there is time.
    """

    web: Line
    rested: float
    hear: float
    redis: Line
    client: Line
    statements: tuple[Statement, ...]
    words: tuple[float, float]
    fanouts: tuple[FanOut, ...]
    doors: Mapping[str, Line]
    hops: tuple[float, ...]
    timers: tuple[float, ...]
    answers: Mapping[str, Line] = field(default_factory=dict)
    chunks: float = 0.0
    writes: float = 0.0
    spread: tuple[Spread, ...] = (Spread(0.0, 0.0, 0.0, 0.0),)
    chores: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    chores_every: float = 0.0

    def statement_cpu(self, size: int) -> float:
        return between(self.statements, size, lambda one: one.cpu)

    def statement_wait(self, size: int, dice: Random) -> float:
        place = dice.randrange(len(self.statements[0].waits))
        return between(self.statements, size, lambda one: one.waits[place])

    def told_to(self, dashboards: int) -> FanOut:
        """A frame is the dearer the more sockets there are: their memory is no longer at hand."""
        web, client = (
            between(self.fanouts, dashboards, lambda one, name=name: getattr(one, name)) for name in ("web", "client")
        )
        return FanOut(dashboards, web, client)

    def socket(self, width: int) -> dict[str, float]:
        """For one of so many who knock at once: they share round trips and turns of the loop."""
        return {process: line.of(1, 1 / width) for process, line in self.doors.items()}

    def answer(self, under_way: int) -> dict[str, float]:
        """For one of so many: a process that wakes for one of them finds another."""
        return {process: line.of(1, 1 / under_way) for process, line in self.answers.items()}

    def spread_at(self, moment: float) -> Spread:
        """Begins again at its end."""
        moment %= self.spread[-1].at or 1.0
        return self.spread[bisect_left(self.spread, moment, hi=len(self.spread) - 1, key=lambda one: one.at)]

    def hop(self, dice: Random) -> float:
        return dice.choice(self.hops)


def costs_of(found: Found) -> Costs:
    heard, unheard = found["messages"], found["unheard"]
    statements = tuple(statement(int(size), one) for size, one in found["statement"].items())
    large = {size: one for size, one in heard.items() if int(size) >= LARGE}
    web = nearest([*rows_of(large, "web"), *rows_of_paced(found["paced"], "web")])
    rested, alone = fitted(heard, "web"), fitted(unheard, "web")
    words, asked = found["words"]["cpu_us"], found["answers"]["by_width"]
    busiest = asked[max(asked, key=int)]
    return Costs(
        web=web,
        rested=max(web.batch, rested.batch),
        hear=max(0.0, rested.message - alone.message),
        redis=fitted(heard, "redis"),
        client=fitted(heard, "client"),
        statements=statements,
        words=(words["worker"], words["postgres"]),
        fanouts=tuple(fanout(int(size), one["cpu_us"]) for size, one in found["fanout"].items()),
        doors=lines_of(found["sockets"]["by_width"], ("web", "postgres", "redis", "client")),
        hops=hops_of(found["hops"]),
        timers=tuple(found["hops"]["timer_late_us"]),
        answers=lines_of(asked, ("web", "worker", "postgres", "redis", "client")),
        chunks=busiest["chunks"],
        writes=busiest["counts"]["transactions"],
        **(spread_of(found["spread"]) if "spread" in found else {}),
    )


def read_costs(file: Path = PUBLISHED) -> Costs:
    return costs_of(json.loads(file.read_text()))


def statement(size: int, one: Found) -> Statement:
    return Statement(size, one["cpu"], tuple(one["waits"]))


def spread_of(found: Found) -> dict[str, Any]:
    messages = found["messages"]
    means = [sum(column) / len(messages) for column in zip(*messages, strict=True)]
    return {
        "spread": tuple(
            Spread(at - messages[0][0], *(used - mean for used, mean in zip(of, means[1:], strict=True)))
            for at, *of in messages
        ),
        "chores": {name: tuple((at, used) for at, used in of) for name, of in found["chores"].items()},
        "chores_every": found["seconds"] * 1_000_000,
    }


def lines_of(by_width: Found, processes: Sequence[str]) -> dict[str, Line]:
    """By process, from what one of so many took who came together."""

    def rows(process: str) -> list[Row]:
        cpus = {int(width): one["cpu_us"].get(process, 0.0) for width, one in by_width.items()}
        return [(1 / width / cpu, 1 / cpu) for width, cpu in cpus.items() if cpu > 0]

    return {process: nearest(rows(process)) for process in processes}


def fanout(size: int, cpu: Found) -> FanOut:
    return FanOut(size, cpu["web"], cpu["client"])


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


def hops_of(hops: Found) -> tuple[float, ...]:
    """Half of what a round trip takes beside the CPU of both ends; of the client's, half is after it."""
    used = hops["cpu_us"]["web"] + hops["cpu_us"]["client"] / 2
    return tuple(max(10.0, (one - used) / 2) for one in hops["round_trip_us"])


def between(measured: Sequence[Statement] | Sequence[FanOut], size: int, value: Any) -> float:
    """By the sizes that were measured; beyond the largest it goes on as between the last two."""
    sizes = [one.size for one in measured]
    place = min(bisect_left(sizes, size), len(sizes) - 1)
    if sizes[place] == size or place == 0:
        return float(value(measured[place]))
    low, high = measured[place - 1], measured[place]
    share = (size - low.size) / (high.size - low.size)
    return float(value(low) * (1 - share) + value(high) * share)
