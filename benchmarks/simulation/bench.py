"""The scenarios of `make bench`, played on a simulated machine: two cores for the client and all servers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from benchmarks.simulation.costs import Costs
from benchmarks.simulation.installation import Hosts, Installation, Message
from benchmarks.simulation.machine import Clock, Machine, Thread

CORES = 2
SECOND = 1_000_000.0
DASHBOARD_SHARE = 1 / 3  # of what the client does for a message: it sends one frame and hears two
WIDTH = 50  # sockets that knock at once


class Bench:
    """Everything on one machine."""

    def __init__(self, costs: Costs, cores: float = CORES, seed: int = 7) -> None:
        self.costs, self.clock = costs, Clock()
        self.machine = Machine(self.clock, cores)
        hosts = Hosts(self.clock, [self.machine], self.machine, [self.machine], self.machine)
        self.installation = Installation(costs, hosts, Random(seed))
        self.web, self.client = self.installation.webs[0], Thread(self.machine)


def throughput(costs: Costs, visitors: int, seconds: float = 3.0, warm_up: float = 1.0) -> float:
    """Messages a second, each visitor writing again as soon as they have their own back."""
    bench = Bench(costs)
    each, answered = costs.client.message, 0

    def say() -> None:
        def back() -> None:
            bench.client.do(each * (1 - DASHBOARD_SHARE), again)

        def again() -> None:
            nonlocal answered
            answered += 1
            say()

        message = Message(back, lambda: bench.client.do(each * DASHBOARD_SHARE))
        bench.clock.after(bench.installation.hop(), lambda: bench.web.arrive(message))

    for _ in range(visitors):
        say()
    bench.clock.run_until(warm_up * SECOND)
    before = answered
    bench.clock.run_until((warm_up + seconds) * SECOND)
    return (answered - before) / seconds


def delivery(costs: Costs, rate: int = 200, seconds: float = 20.0) -> tuple[float, float]:
    """p50 and p99 in milliseconds, from when a message was due until the dashboard has it."""
    bench = Bench(costs)
    each, times = costs.client, list[float]()
    dice = Random(11)

    def part(share: float) -> float:
        """Of what the client does for a message: to send it, to hear it as its visitor, as the dashboard."""
        spread = costs.spread_at(bench.clock.now).client
        return max(0.0, (each.batch + spread) / 3 + each.message * share)

    def send(due: float) -> None:
        def told() -> None:
            bench.client.do(part(DASHBOARD_SHARE), lambda: times.append(bench.clock.now - due))

        def back() -> None:
            bench.client.do(part((1 - DASHBOARD_SHARE) / 2))

        def sent() -> None:
            bench.clock.after(bench.installation.hop(), lambda: bench.web.arrive(Message(back, told)))

        bench.client.do(part((1 - DASHBOARD_SHARE) / 2), sent)

    for number in range(int(rate * seconds)):
        due = number * SECOND / rate
        bench.clock.after(due + max(0.0, dice.choice(costs.timers)), at(send, due))
    bench.clock.run_until((seconds + 2) * SECOND)
    times.sort()
    return times[len(times) // 2] / 1000, times[int(0.99 * (len(times) - 1))] / 1000


def fanout(costs: Costs, dashboards: int = 500, times: int = 15) -> float:
    """Milliseconds until the last of so many dashboards has one message, median; each comes after a rest."""
    alone, all_of_them, found = costs.told_to(1), costs.told_to(dashboards), []
    frame_of_web, frame_of_client = (
        (getattr(all_of_them, name) - getattr(alone, name)) / max(1, dashboards - 1) for name in ("web", "client")
    )
    costs = replace(costs, rested=max(costs.rested, alone.web - costs.web.message))
    for number in range(times):
        bench = Bench(costs, seed=number)
        left, ends = dashboards, list[float]()

        def told(bench: Bench = bench, ends: list[float] = ends) -> None:
            def has_it() -> None:
                nonlocal left
                left -= 1
                if not left:
                    ends.append(bench.clock.now)

            for _ in range(dashboards):
                bench.web.thread.do(frame_of_web, lambda: bench.client.do(frame_of_client, has_it))

        message = Message(lambda: None, told)
        bench.client.do(alone.client / 3, lambda bench=bench, one=message: bench.web.arrive(one))  # type: ignore[misc]
        bench.clock.run_until(5 * SECOND)
        found.append(ends[0] / 1000)
    return sorted(found)[times // 2]


def accepts(costs: Costs, sockets: int = 3_000) -> float:
    """Sockets greeted a second, fifty knocking at once."""
    door = Door(Bench(costs), sockets)
    for _ in range(WIDTH):
        door.knock()
    door.bench.clock.run_until(60 * SECOND)
    return door.greeted * SECOND / door.ended


class Door:
    """Each socket's stations: handshake, token, conversation, subscription and greeting."""

    def __init__(self, bench: Bench, sockets: int) -> None:
        self.bench, self.costs, self.left = bench, bench.costs.socket(WIDTH), sockets
        self.postgres, self.redis = Thread(bench.machine), bench.installation.redis[0]
        self.greeted, self.ended = 0, 0.0

    def knock(self) -> None:
        if self.left:
            self.left -= 1
            self.bench.client.do(self.costs["client"] / 2, self.hopping(self.shake))

    def shake(self) -> None:
        self.bench.web.thread.do(self.costs["web"] / 2, self.hopping(self.take_token))

    def take_token(self) -> None:
        self.redis.do(self.costs["redis"], self.hopping(self.find_conversation))

    def find_conversation(self) -> None:
        self.postgres.do(self.costs["postgres"], self.hopping(self.greet))

    def greet(self) -> None:
        self.bench.web.thread.do(self.costs["web"] / 2, self.hopping(self.hear))

    def hear(self) -> None:
        self.bench.client.do(self.costs["client"] / 2, self.end)

    def end(self) -> None:
        self.greeted, self.ended = self.greeted + 1, self.bench.clock.now
        self.knock()

    def hopping(self, act: Callable[[], None]) -> Callable[[], None]:
        return lambda: self.bench.clock.after(self.bench.installation.hop(), act)


def at(act: Callable[[float], None], due: float) -> Callable[[], None]:
    return lambda: act(due)
