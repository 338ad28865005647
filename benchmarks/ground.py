"""Where everybody is measured: one Postgres and one Redis, durable as in production, a fresh database each time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

import redis
from psycopg import sql

from benchmarks.targets import Running, Target
from foundation.embedded.temporary import EmbeddedServers
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "test-results" / "benchmarks"
OF_THE_SHELL = ("LIMIT_", "DATABASE_", "REDIS_", "LOG_", "PUBLIC_", "DJANGO_")


class Ground:
    """`running(target)` starts a target on a copy of its empty database. With `keeps_servers` it stays for the next."""

    def __init__(self, *, keeps_servers: bool = False) -> None:
        self.keeps_servers = keeps_servers
        self._stack = ExitStack()
        self._kept: dict[str, Running] = {}
        self._templates: set[str] = set()
        self._count = 0

    def __enter__(self) -> Self:
        self.servers = self._stack.enter_context(EmbeddedServers(durable=True))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @contextmanager
    def running(self, target: Target) -> Iterator[Running]:
        if not self.keeps_servers:
            with self._started(target) as running:
                yield running
            return
        if target.name not in self._kept:
            self._kept[target.name] = self._stack.enter_context(self._started(target))
        yield self._kept[target.name]

    @contextmanager
    def _started(self, target: Target) -> Iterator[Running]:
        database = self._fresh_database(target)
        if not self.keeps_servers:
            redis.Redis.from_url(self.servers.redis.url()).flushall()
        environment = self._environment(target, database)
        web = self._process(target.name, target.command(environment["PORT"]), environment)
        try:
            with ExitStack() as processes:
                processes.enter_context(web)
                worker = None
                if target.worker:
                    worker = self._process(f"{target.name}-worker", target.worker, environment)
                    processes.enter_context(worker)
                web.wait_until_ready()
                yield Running(target, web.pid, environment, worker.pid if worker else 0)
        finally:
            self._drop(database)

    def _process(self, name: str, command: Sequence[str | Path], environment: dict[str, str]) -> Process:
        log, url = RESULTS / f"{name}.log", environment["PUBLIC_URL"]
        return Process(ProcessSpec(name, command, log, environment, PROJECT, is_ready=lambda: answers(url)))

    def _fresh_database(self, target: Target) -> str:
        template = f"{target.name}_empty"
        if template not in self._templates:
            self.servers.postgres.create_database(template)
            target.make_tables(self._environment(target, template), PROJECT)
            self._templates.add(template)
        self._count += 1
        self.servers.postgres.create_database(f"{target.name}_{self._count}", template)
        return f"{target.name}_{self._count}"

    def _drop(self, database: str) -> None:
        with self.servers.postgres.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def _environment(self, target: Target, database: str) -> dict[str, str]:
        port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_SHELL)}
        ours = {
            "DATABASE_URL": self.servers.postgres.url(database),
            "REDIS_URL": self.servers.redis.url(),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
        }
        return {**kept, **ours, **target.settings}


def answers(url: str) -> bool:
    """Asked in another process, so that none of ours has a connection open when a server's memory is looked at."""
    return subprocess.run([sys.executable, "-c", PROBE, url], capture_output=True, check=False).returncode == 0


PROBE = """
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1] + "/health/live/", timeout=2)
except urllib.error.HTTPError:
    pass  # it answers
"""
