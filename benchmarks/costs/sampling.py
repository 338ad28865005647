"""What each process has used so far: CPU by the kernel's own count, commands, bytes, rows and pages by the servers'."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg
import redis

from benchmarks.ground import Ground
from benchmarks.targets import Running

COUNTS = """
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'),
    coalesce(sum(n_tup_upd), 0) FROM pg_stat_user_tables
"""


@dataclass(frozen=True)
class Pids:
    """`web` and what it stands on. Postgres is many processes, the first of which begins all others."""

    web: int
    worker: int
    redis: int
    postmaster: int
    caddy: int = 0

    def of(self) -> dict[str, list[int]]:
        named = {"web": self.web, "worker": self.worker, "redis": self.redis, "caddy": self.caddy}
        found = {name: [pid] for name, pid in named.items() if pid}
        return found | {"postgres": [self.postmaster, *children_of(self.postmaster)]}


@dataclass(frozen=True)
class Sample:
    """Microseconds of CPU by process, and what the servers have counted."""

    at: float
    cpu: dict[str, float]
    counts: dict[str, float]

    def since(self, before: Self) -> Sample:
        return Sample(
            self.at - before.at,
            {name: value - before.cpu.get(name, 0.0) for name, value in self.cpu.items()},
            {name: value - before.counts.get(name, 0.0) for name, value in self.counts.items()},
        )

    def less(self, idle: Sample) -> Sample:
        """Without what the same servers use in that time when nothing happens; `idle` is for one second."""
        return Sample(
            self.at,
            {name: value - idle.cpu.get(name, 0.0) * self.at for name, value in self.cpu.items()},
            {name: value - idle.counts.get(name, 0.0) * self.at for name, value in self.counts.items()},
        )

    def each(self, number: float) -> Sample:
        """Its share of one among so many."""
        divided = [{name: value / number for name, value in of.items()} for of in (self.cpu, self.counts)]
        return Sample(self.at / number, *divided)


class Watch:
    """Looks at the servers of one target."""

    def __init__(self, ground: Ground, running: Running, caddy: int = 0) -> None:
        self.running, self.client = running, redis.Redis.from_url(running.environment["REDIS_URL"])
        self.connection = psycopg.connect(running.environment["DATABASE_URL"], autocommit=True)
        postmaster = ground.servers.postgres_process.pid
        info: dict[str, Any] = self.client.info("server")
        self.pids = Pids(running.pid, running.worker_pid, int(info["process_id"]), postmaster, caddy)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.client.close()

    def look(self) -> Sample:
        cpu = {name: sum(cpu_of(pid) for pid in pids) for name, pids in self.pids.of().items()}
        row = self.connection.execute(COUNTS).fetchone()
        assert row is not None
        names = ("transactions", "wal_bytes", "rows_updated")  # those that write, exactly; the last some seconds late
        counts = dict(zip(names, map(float, row), strict=True))
        stats: dict[str, Any] = self.client.info("stats")
        counts["redis_bytes_in"] = float(stats["total_net_input_bytes"])
        counts["redis_bytes_out"] = float(stats["total_net_output_bytes"])
        for name, one in self.client.info("commandstats").items():
            counts["redis_" + name.removeprefix("cmdstat_")] = float(one["calls"])
        return Sample(time.monotonic(), cpu, counts)

    def idle(self, seconds: float) -> Sample:
        """What a second costs in which nobody does anything."""
        before = self.look()
        time.sleep(seconds)
        passed = self.look().since(before)
        return passed.each(passed.at)


def cpu_of(pid: int) -> float:
    """Microseconds of CPU of all threads, exact to the nanosecond; 0 when the process is gone."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except (OSError, IndexError):
            continue
    return total / 1000


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text().partition(" (")
        except OSError:
            continue
        if int(rest.rpartition(") ")[2].split()[1]) == pid:
            found.append(int(number))
    return found
