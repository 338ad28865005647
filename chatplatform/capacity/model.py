"""How much of everything an installation needs for so many visitors and messages, from the unit costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chatplatform.capacity.costs import UnitCosts

PERIODS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
MONTH = 30  # days
MICROSECONDS = 1_000_000.0
# How full a thing may be at the busiest moment: what comes in bursts waits behind what is there.
FULL_WEB = FULL_WORKER = FULL_POSTGRES = FULL_PROXY = 0.6
FULL_REDIS = 0.5
FULL_MEMORY = 0.8
ANSWERS_AT_ONCE = 50  # WORKER_CONCURRENCY
POSTGRES_CONNECTIONS = 97
CONNECTIONS_OF_WEB, CONNECTIONS_OF_WORKER = 12, 16
PORTS = 28_232  # of one proxy's address to one web process' address: net.ipv4.ip_local_port_range
FILES = 1_048_576  # that one process may open in a container
KERNEL_SOCKET_BYTES = 8_192  # of a connection's two ends in the kernel, at rest
PING_SECONDS = 25
GIB = 1 << 30
MEMORY_OF_WEB = 768 << 20  # bytes, as docker-compose.production.yml limits its containers
MEMORY_OF_PROXY = GIB  # CADDY_MEMORY
PROXY_BASE = 40e6  # bytes of a Caddy that nobody talks to; 34 MB were measured


@dataclass(frozen=True)
class Load:
    """`visitors`: sockets open at the same time. `messages` of people in each `per`; `ai_share` of them get an answer
    of the assistant as well. `peak`: how many times the average the busiest moment is. `visit_minutes`: how long a
    socket stays; `return_seconds`: within which everybody is to be back after all web processes were restarted."""

    visitors: int
    messages: float
    per: str = "day"
    agents: int = 10
    websites: int = 1
    ai_share: float = 0.5
    peak: float = 3.0
    visit_minutes: float = 10.0
    return_seconds: float = 60.0
    answer_seconds: float = 1.5

    @property
    def messages_a_second(self) -> float:
        """At the busiest moment."""
        return self.messages / PERIODS[self.per] * self.peak

    @property
    def messages_a_month(self) -> float:
        """Stored, with the assistant's answers."""
        return self.messages / PERIODS[self.per] * PERIODS["day"] * MONTH * (1 + self.ai_share)

    @property
    def answers_under_way(self) -> float:
        return self.messages_a_second * self.ai_share * self.answer_seconds

    @property
    def sockets(self) -> int:
        return self.visitors + self.agents

    @property
    def sockets_a_second(self) -> float:
        return self.visitors / (self.visit_minutes * 60) * self.peak

    @property
    def dashboards(self) -> float:
        """That a message is told to."""
        return max(1.0, self.agents / self.websites)


@dataclass(frozen=True)
class Resource:
    """`need` of what there are `there`; at `limit` of them it is full (1.0: wholly)."""

    name: str
    need: float
    there: float
    limit: float = 1.0
    what_to_do: str = ""

    @property
    def fullness(self) -> float:
        return self.need / (self.there * self.limit)

    @property
    def headroom(self) -> float:
        """How many times the load it bears."""
        return 1 / self.fullness if self.need else math.inf


@dataclass(frozen=True)
class Plan:
    web_processes: int
    workers: int
    redis_hosts: int
    postgres_cores: int
    proxy_cores: int
    proxy_memory: int  # bytes, whole GiB
    memory: dict[str, float]  # bytes
    disk_a_month: float
    wal_a_month: float
    database_connections: int
    files_of_the_proxy: int
    ports_to_each_web: int
    resources: tuple[Resource, ...]

    @property
    def first_full(self) -> Resource:
        return max(self.resources, key=lambda one: one.fullness)


@dataclass(frozen=True)
class Topology:
    """How many there are. `FIRST` below is what `docker-compose.production.yml` starts with."""

    webs: int
    workers: int
    redis_hosts: int
    postgres_cores: int
    proxy_cores: int
    proxy_memory: int = MEMORY_OF_PROXY

    @property
    def connections(self) -> int:
        return self.webs * CONNECTIONS_OF_WEB + self.workers * CONNECTIONS_OF_WORKER


FIRST = Topology(webs=2, workers=1, redis_hosts=1, postgres_cores=2, proxy_cores=1)


@dataclass(frozen=True)
class Demand:
    """Cores that are busy at the busiest moment."""

    web: float
    worker: float
    redis: float
    postgres: float
    proxy: float


def plan(load: Load, costs: UnitCosts) -> Plan:
    """The smallest installation that bears it, where nothing is fuller than it may be."""
    busy = demand(load, costs, processes=1)
    back = coming_back(load, costs)
    room = (MEMORY_OF_WEB * FULL_MEMORY - costs.web_base) / bytes_in_web(costs)  # sockets of one process
    webs = math.ceil(max(1, busy.web / FULL_WEB, back, load.sockets / PORTS, load.sockets / room))
    busy = demand(load, costs, processes=webs)
    topology = Topology(
        webs=webs,
        workers=math.ceil(max(1, busy.worker / FULL_WORKER, load.answers_under_way / ANSWERS_AT_ONCE)),
        redis_hosts=math.ceil(max(1, busy.redis / FULL_REDIS)),
        postgres_cores=math.ceil(max(1, busy.postgres / FULL_POSTGRES)),
        proxy_cores=math.ceil(max(1, busy.proxy / FULL_PROXY)),
        proxy_memory=GIB * math.ceil(memory_of_proxy(load, costs) / FULL_MEMORY / GIB),
    )
    return Plan(
        web_processes=webs,
        workers=topology.workers,
        redis_hosts=topology.redis_hosts,
        postgres_cores=topology.postgres_cores,
        proxy_cores=topology.proxy_cores,
        proxy_memory=topology.proxy_memory,
        memory=memory(load, costs, topology),
        disk_a_month=load.messages_a_month * costs.disk_message,
        wal_a_month=load.messages_a_month * costs.wal_message,
        database_connections=topology.connections,
        files_of_the_proxy=2 * load.sockets,
        ports_to_each_web=math.ceil(load.sockets / webs),
        resources=resources(load, costs, topology),
    )


def resources(load: Load, costs: UnitCosts, given: Topology) -> tuple[Resource, ...]:
    """How full everything is in an installation of this form."""
    busy = demand(load, costs, processes=given.webs)
    return (
        Resource("web processes, messages and sockets", busy.web, given.webs, FULL_WEB, "more web processes"),
        Resource(
            "web processes, everybody coming back at once",
            coming_back(load, costs),
            given.webs,
            1,
            "more web processes",
        ),
        Resource("workers, CPU", busy.worker, given.workers, FULL_WORKER, "more workers"),
        Resource(
            "workers, answers at once", load.answers_under_way, given.workers * ANSWERS_AT_ONCE, 1, "more workers"
        ),
        Resource("Redis hosts", busy.redis, given.redis_hosts, FULL_REDIS, "more hosts in REDIS_URL"),
        Resource(
            "Postgres, CPU", busy.postgres, given.postgres_cores, FULL_POSTGRES, "more cores; then organisations apart"
        ),
        Resource("proxy, CPU", busy.proxy, given.proxy_cores, FULL_PROXY, "more cores, or a second proxy"),
        Resource(
            "connections of Postgres",
            given.connections,
            POSTGRES_CONNECTIONS,
            1,
            "a smaller DATABASE_POOL_SIZE, a higher POSTGRES_MAX_CONNECTIONS",
        ),
        Resource(
            "memory of a web process",
            costs.web_base + load.sockets / given.webs * bytes_in_web(costs),
            MEMORY_OF_WEB,
            FULL_MEMORY,
            "more web processes",
        ),
        Resource(
            "memory of the proxy",
            memory_of_proxy(load, costs),
            given.proxy_memory,
            FULL_MEMORY,
            "a higher CADDY_MEMORY, or a second proxy",
        ),
        Resource("files of the proxy", 2 * load.sockets, FILES, 1, "a second proxy, or a higher limit of files"),
        Resource(
            "ports from the proxy to one web", load.sockets / given.webs, PORTS, 1, "more web processes or addresses"
        ),
    )


def bytes_in_web(costs: UnitCosts) -> float:
    """Of one more socket, with the kernel's part, for a container's limit counts that, too."""
    return costs.web_socket_bytes + KERNEL_SOCKET_BYTES


def memory_of_proxy(load: Load, costs: UnitCosts) -> float:
    """Each socket is two connections of it."""
    return PROXY_BASE + load.sockets * (costs.caddy_socket_bytes + 2 * KERNEL_SOCKET_BYTES)


def coming_back(load: Load, costs: UnitCosts) -> float:
    """Web processes that are busy with it from the first second to the last."""
    return load.sockets * costs.web_socket / MICROSECONDS / load.return_seconds


def demand(load: Load, costs: UnitCosts, processes: int) -> Demand:
    said, answered = load.messages_a_second, load.messages_a_second * load.ai_share
    more = load.dashboards - 1
    frames = said * (2 + load.dashboards) + answered * (costs.chunks_answer + 1) * (1 + load.dashboards)
    pings = load.sockets / PING_SECONDS
    # What is published once is sent to every process that has a dashboard of the website.
    hearing = (1 + min(processes, load.dashboards)) / 2
    web = (
        said * (costs.web_message + more * costs.web_frame)
        + answered * (costs.web_message + costs.web_answer + more * (costs.chunks_answer + 1) * costs.web_frame)
        + load.sockets_a_second * costs.web_socket
        + load.sockets * costs.web_rest
        + pings * 2 * costs.web_frame
    )
    redis = (
        said * costs.redis_message * hearing
        + answered * (costs.redis_message + costs.redis_answer) * hearing
        + load.sockets_a_second * costs.redis_socket
        + load.sockets * costs.redis_rest
    )
    postgres = (
        said * costs.postgres_message
        + answered * (costs.postgres_message + costs.postgres_answer)
        + load.sockets_a_second * costs.postgres_socket
        + load.sockets * costs.postgres_rest
    )
    worker = (said + answered) * costs.worker_message + answered * costs.worker_answer
    proxy = (frames + pings * 2 + load.sockets / 20) * costs.caddy_frame + load.sockets_a_second * costs.caddy_socket
    return Demand(*(one / MICROSECONDS for one in (web, worker, redis, postgres, proxy)))


def memory(load: Load, costs: UnitCosts, given: Topology) -> dict[str, float]:
    return {
        "web processes": given.webs * costs.web_base + load.sockets * costs.web_socket_bytes,
        "workers": given.workers * costs.worker_base,
        "Redis": given.redis_hosts * costs.redis_base + load.sockets * costs.redis_socket_bytes,
        "proxy": PROXY_BASE + load.sockets * costs.caddy_socket_bytes,
        "kernel, for connections": 2.0 * load.sockets * KERNEL_SOCKET_BYTES,
    }
