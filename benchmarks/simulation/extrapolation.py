"""What a larger installation does: messages through many processes, and everybody coming back after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from benchmarks.simulation.bench import SECOND
from benchmarks.simulation.costs import Costs
from benchmarks.simulation.installation import Hosts, Installation, Message
from benchmarks.simulation.machine import Clock, Machine, Thread
from chatplatform.capacity.costs import UnitCosts
from chatplatform.capacity.model import FIRST, Load, Resource, Topology, plan, resources

AGENTS_OF_A_WEBSITE = 5
FIRST_PAUSE, LAST_PAUSE = 0.2, 3.0  # seconds in which clients come back after 4012
TOGETHER = 25  # sockets that share round trips when everybody comes back
SECONDS = 3.0  # of messages that are simulated


def load_of(visitors: int) -> Load:
    """Each visitor writes every two hundred seconds, half of it to the assistant; an agent for each two hundred."""
    agents = max(5, visitors // 200)
    websites = max(1, agents // AGENTS_OF_A_WEBSITE)
    return Load(visitors, visitors / 200, "second", agents=agents, websites=websites, peak=1.0)


@dataclass(frozen=True)
class Outlook:
    """`before`: in the first installation; `after`: in the one that was planned."""

    load: Load
    topology: Topology
    before: Resource
    after: Resource
    p50: float
    redis: float  # share of a host's time
    return_before: float  # seconds
    return_after: float


SIZES = (10_000, 100_000, 1_000_000)


def outlook(visitors: int, costs: Costs, units: UnitCosts) -> Outlook:
    load = load_of(visitors)
    found = plan(load, units)
    topology = Topology(
        found.web_processes,
        found.workers,
        found.redis_hosts,
        found.postgres_cores,
        found.proxy_cores,
        found.proxy_memory,
    )
    p50, _, redis = messages(costs, topology, load.messages_a_second)
    return Outlook(
        load,
        topology,
        max(resources(load, units, FIRST), key=lambda one: one.fullness),
        found.first_full,
        p50,
        redis,
        storm(costs, load.sockets, FIRST),
        storm(costs, load.sockets, topology),
    )


def messages(costs: Costs, topology: Topology, rate: float) -> tuple[float, float, float]:
    """p50 and p99 in milliseconds until the dashboard has it, and how busy a Redis host is. At the given rate."""
    clock = Clock()
    hosts = Hosts(
        clock,
        [Machine(clock, 1) for _ in range(topology.webs)],
        Machine(clock, topology.postgres_cores),
        [Machine(clock, 1) for _ in range(topology.redis_hosts)],
        Machine(clock, topology.workers),
    )
    installation = Installation(costs, hosts, Random(7), min(AGENTS_OF_A_WEBSITE, topology.webs))
    dice, times, moment = Random(3), list[float](), 0.0
    while moment < SECONDS * SECOND:
        moment += dice.expovariate(rate) * SECOND
        web = installation.webs[dice.randrange(topology.webs)]

        def arrive(web: object = web, sent: float = moment) -> None:
            told = Message(lambda: None, lambda: times.append(clock.now - sent))
            web.arrive(told)  # type: ignore[attr-defined]

        clock.after(moment, arrive)
    clock.run_until((SECONDS + 2) * SECOND)
    times.sort()
    busy = sum(host.busy for host in installation.redis) / topology.redis_hosts / (SECONDS * SECOND)
    return times[len(times) // 2] / 1000, times[int(0.99 * (len(times) - 1))] / 1000, busy


def storm(costs: Costs, sockets: int, topology: Topology) -> float:
    """Seconds until the last is back when all web processes were restarted at once. One process stands for all: it has
    its share of sockets, of Postgres and of Redis."""
    share = min(sockets, 20_000 * topology.webs) / sockets  # the rest takes as long in proportion
    mine = round(sockets * share / topology.webs)
    clock, dice = Clock(), Random(5)
    web = Thread(Machine(clock, 1))
    postgres = Thread(Machine(clock, min(1.0, topology.postgres_cores / topology.webs)))
    redis = Thread(Machine(clock, min(1.0, topology.redis_hosts / topology.webs)))
    one, last = costs.socket(TOGETHER), [0.0]

    def greeted() -> None:
        last[0] = clock.now

    def shake() -> None:
        web.do(one["web"] / 2, lambda: redis.do(one["redis"], lambda: postgres.do(one["postgres"], greet)))

    def greet() -> None:
        web.do(one["web"] / 2, greeted)

    for _ in range(mine):
        clock.after(dice.uniform(FIRST_PAUSE, LAST_PAUSE) * SECOND, shake)
    clock.run_until(3_600 * SECOND)
    return last[0] / SECOND / share
