"""Visitors who ask the built-in assistant, and a worker that answers some of them at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.simulation.bench import SECOND, Bench
from benchmarks.simulation.costs import Costs
from benchmarks.simulation.machine import Act
from chatplatform.capacity.model import ANSWERS_AT_ONCE
from chatplatform.environment import Environment

# As the product is installed: it waits for a visitor's next words, and shows an answer at a reader's pace.
PATIENCE = Environment.model_fields["ai_patience_seconds"].default * SECOND
PACE = SECOND / Environment.model_fields["ai_chunks_per_second"].default
# How an answer's CPU in worker and Postgres is shared out between before its first word, its words, and their record;
# what was measured is their sum. A worker that is full is so whatever the shares are.
BEFORE, SHOWN, RECORD = 0.5, 0.25, 0.25
Step = Callable[[Act], None]


def answers(costs: Costs, visitors: int = 100, questions: int = 4) -> float:
    """Answers a second while all are busy: from when each has had one until the last has asked."""
    asking = Asking(Bench(costs), min(visitors, ANSWERS_AT_ONCE), visitors * questions)
    for _ in range(visitors):
        asking.ask()
    asking.bench.clock.run_until(600 * SECOND)
    began, ended = asking.ends[visitors - 1], asking.last
    return sum(began < end <= ended for end in asking.ends) * SECOND / (ended - began)


class Asking:
    """Each question passes its steps one after the other; who has an answer makes room for who asks next."""

    def __init__(self, bench: Bench, under_way: int, questions: int) -> None:
        self.bench, self.costs, self.clock = bench, bench.costs, bench.clock
        self.cost, self.left, self.free = bench.costs.answer(under_way), questions, ANSWERS_AT_ONCE
        self.waiting: deque[Act] = deque()
        self.last, self.ends = 0.0, list[float]()
        self.chunks, self.writes = round(self.costs.chunks), round(self.costs.writes)
        self.told = self.chunks + 2  # times that web and client have to do with it: the question and the answer, too

    def ask(self) -> None:
        if self.left:
            self.left, self.last = self.left - 1, self.clock.now
            self.go(self.steps())

    def go(self, steps: Iterator[Step]) -> None:
        step = next(steps, None)
        if step:
            step(partial(self.go, steps))

    def steps(self) -> Iterator[Step]:
        """The product keeps nothing in Postgres while it writes, so its transactions are before and after."""
        yield from (self.in_client, self.hop, self.in_web, self.hop, self.take_place)
        yield partial(self.clock.after, PATIENCE)
        before = round(self.writes * BEFORE / (BEFORE + RECORD))
        yield from self.units(before, BEFORE)
        for _ in range(self.chunks):
            yield partial(self.in_worker, SHOWN / self.chunks)
            yield self.tell
            yield partial(self.clock.after, PACE)
        yield from self.units(self.writes - before, RECORD)
        yield self.give_place
        yield from (self.in_redis, self.hop, self.in_web, self.hop, self.in_client, self.end)

    def units(self, count: int, share: float) -> Iterator[Step]:
        """Of work with the database."""
        for _ in range(count):
            yield partial(self.in_worker, share / count)
            yield partial(self.in_postgres, share / (BEFORE + RECORD) / count)
            yield partial(self.clock.after, self.costs.statement_wait(1, self.bench.installation.dice))

    def take_place(self, then: Act) -> None:
        if self.free:
            self.free -= 1
            then()
        else:
            self.waiting.append(then)

    def give_place(self, then: Act) -> None:
        if self.waiting:
            self.clock.after(0, self.waiting.popleft())
        else:
            self.free += 1
        then()

    def tell(self, then: Act) -> None:
        """Nobody waits for it."""
        self.go(iter([self.in_redis, self.hop, self.in_web, self.hop, self.in_client]))
        then()

    def end(self, _: Act) -> None:
        self.ends.append(self.clock.now)
        self.ask()

    def in_client(self, then: Act) -> None:
        self.bench.client.do(self.cost["client"] / self.told, then)

    def in_web(self, then: Act) -> None:
        self.bench.web.thread.do(self.cost["web"] / self.told, then)

    def in_redis(self, then: Act) -> None:
        self.bench.installation.redis[0].do(self.cost["redis"] / (self.told - 1), then)

    def in_worker(self, share: float, then: Act) -> None:
        self.bench.installation.worker.do(self.cost["worker"] * share, then)

    def in_postgres(self, share: float, then: Act) -> None:
        """Each has a connection of its own."""
        self.bench.machine.compute(self.cost["postgres"] * share, then)

    def hop(self, then: Act) -> None:
        self.clock.after(self.bench.installation.hop(), then)
