"""The product as it stands: web processes that store in batches, Postgres, Redis hosts, and those who are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from benchmarks.simulation.costs import Costs
from benchmarks.simulation.machine import Clock, Machine, Thread

# How a message's CPU in web is shared out between its stations; what was measured is their sum. In a closed loop the
# thread is never idle and the order does not matter; one message at a time passes through all of them but the answer.
RECEIVE, RESULT, ANSWER = 0.4, 0.2, 0.4
MOST_IN_A_BATCH = 200
RESTED = 1_000.0  # microseconds after which a process has to be woken
WORDS_EVERY, WORDS_SHARE = 100_000.0, 0.1  # the worker takes a tenth of its time for them
Heard = Callable[[], None]


@dataclass
class Message:
    """`answered` is called when its visitor has it back, `told` when the dashboard's frame is on its way."""

    answered: Heard
    told: Heard


@dataclass
class Hosts:
    """Where everything runs. In the benchmark all of it is one machine; at the largest each has its own."""

    clock: Clock
    webs: list[Machine]
    postgres: Machine
    redis: list[Machine]
    worker: Machine


@dataclass
class Installation:
    """`web(number)` takes messages. All numbers are of one process."""

    costs: Costs
    hosts: Hosts
    dice: Random = field(default_factory=lambda: Random(7))
    listeners: int = 1  # web processes that have a dashboard of the website

    def __post_init__(self) -> None:
        self.clock = self.hosts.clock
        self.redis = [Thread(machine) for machine in self.hosts.redis]
        self.webs = [Web(self, machine, self.redis[n % len(self.redis)]) for n, machine in enumerate(self.hosts.webs)]
        self.worker, self.writer = Thread(self.hosts.worker), Thread(self.hosts.postgres)
        self.words_left = 0
        self.stored = 0
        self.clock.after(WORDS_EVERY, self._take_words)
        self._begin_chores()

    def hop(self) -> float:
        return self.costs.hop(self.dice)

    def _begin_chores(self) -> None:
        """Of one process of each kind, which is all there are in the benchmark."""
        threads = {"web": self.webs[0].thread, "worker": self.worker, "postgres": self.writer}
        for name, thread in threads.items():
            for at, used in self.costs.chores.get(name, ()):
                self.clock.after(at, partial(self._chore, thread, used))

    def _chore(self, thread: Thread, used: float) -> None:
        thread.do(used)
        self.clock.after(self.costs.chores_every, partial(self._chore, thread, used))

    def _take_words(self) -> None:
        """Words for search: as many as a tenth of the time allows."""
        each = sum(self.costs.words)
        taken = min(self.words_left, int(WORDS_EVERY * WORDS_SHARE / each)) if each else 0
        self.words_left -= taken
        self.worker.do(taken * self.costs.words[0])
        self.writer.do(taken * self.costs.words[1])
        self.clock.after(WORDS_EVERY, self._take_words)


class Web:
    """One web process: one thread, and one statement under way."""

    def __init__(self, installation: Installation, machine: Machine, redis: Thread) -> None:
        self.all, self.costs, self.clock = installation, installation.costs, installation.clock
        self.thread, self.redis = Thread(machine), redis
        self.backend = Thread(installation.hosts.postgres)
        self.waiting: list[Message] = []
        self.is_storing = False
        self.cost_of_batch = self.costs.web.batch
        self.each = max(0.0, self.costs.web.message - self.costs.hear)
        self.batches = 0
        self.has_rested = False

    def arrive(self, message: Message) -> None:
        self.has_rested = self.has_rested or self.thread.has_rested(RESTED)

        def read() -> None:
            self.waiting.append(message)
            self._store()

        self.thread.do(self.each * RECEIVE, read)

    def _store(self, *, at_once: bool = False) -> None:
        """Who comes first begins a batch as soon as everything that has arrived is read; who has just stored one takes
        what waits at once (`foundation/batching.py`)."""
        if self.is_storing or not self.waiting:
            return
        self.is_storing, spread = True, self.costs.spread_at(self.clock.now)

        def begin() -> None:
            batch, self.waiting = self.waiting[:MOST_IN_A_BATCH], self.waiting[MOST_IN_A_BATCH:]
            self.batches += 1
            cpu = max(0.0, self.costs.statement_cpu(len(batch)) + spread.postgres)
            self.backend.do(cpu, lambda: self._wait(batch))

        usual = self.costs.rested if self.has_rested else self.costs.web.batch
        self.cost_of_batch = max(0.0, usual + spread.web)
        self.has_rested = False
        (self.thread.do_next if at_once else self.thread.do)(self.cost_of_batch / 2, begin)

    def _wait(self, batch: list[Message]) -> None:
        wait = self.costs.statement_wait(len(batch), self.all.dice)
        self.clock.after(wait, lambda: self.thread.do(self._half(batch), lambda: self._stored(batch)))

    def _half(self, batch: list[Message]) -> float:
        return self.cost_of_batch / 2 + self.each * RESULT * len(batch)

    def _stored(self, batch: list[Message]) -> None:
        """The next statement goes first, then those who wait are answered and the others told."""
        self.all.stored += len(batch)
        self.all.words_left += len(batch)
        self.is_storing = False
        self._store(at_once=True)
        for message in batch:
            self.thread.do(self.each * ANSWER, partial(self.after_a_hop, message.answered))
        work = self.costs.redis.of(len(batch)) * (1 + self.all.listeners) / 2
        self.clock.after(self.all.hop(), lambda: self.redis.do(work, lambda: self._told(batch)))

    def _told(self, batch: list[Message]) -> None:
        """In the benchmark the process that published it has the dashboard; else it is any, and others hear it too."""
        webs, dice = self.all.webs, self.all.dice
        listeners = [self] if len(webs) == 1 else [webs[dice.randrange(len(webs))] for _ in range(self.all.listeners)]
        self.clock.after(self.all.hop(), partial(listeners[0].hear, batch))
        for other in listeners[1:]:
            self.clock.after(self.all.hop(), partial(other.thread.do, self.costs.hear * len(batch)))

    def hear(self, batch: list[Message]) -> None:
        for message in batch:
            self.thread.do(self.costs.hear, partial(self.after_a_hop, message.told))

    def after_a_hop(self, act: Heard) -> None:
        self.clock.after(self.all.hop(), act)
