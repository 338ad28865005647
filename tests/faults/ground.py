"""Servers of the suite's own: Postgres, Redis, web and worker, each a process that may be killed and frozen."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar

from foundation.embedded.temporary import EmbeddedServers
from foundation.supervisor.process import Process
from tests.servers.databases import NO_LIMIT
from tests.servers.stack import PROJECT, Stack, start_stack

# Short, so that a run ends: links are watched at these paces in the same proportions as in production.
PACES = {"HEARTBEAT_SECONDS": "2", "SILENCE_SECONDS": "8", "READER_QUEUE": "300"}
ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}  # as in the Dockerfile
LIMITS = (
    "SESSIONS_PER_MINUTE",
    "SOCKETS_PER_ADDRESS",
    "CONNECTS_PER_MINUTE",
    "VISITOR_MESSAGES_PER_SECOND",
    "VISITOR_BURST",
    "STAFF_MESSAGES_PER_SECOND",
    "TOKENS_PER_MINUTE",
)


T = TypeVar("T")


class Ground:
    """`with Ground() as ground:` has everything running. Its methods take a fault's blocking steps to a thread."""

    trust: ssl.SSLContext | None = None  # who reaches it by https needs one
    seeding: Sequence[str] = ()  # what else there is to be: see tests/faults/seeding.py
    stack: Stack | None = None

    def __enter__(self) -> Self:
        # One thread for all: processes die with the thread that has started them.
        self._hand = ThreadPoolExecutor(1)
        self._hand.submit(self._start).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._hand.submit(self._stop).result()
        self._hand.shutdown()

    def _start(self) -> None:
        self.servers = EmbeddedServers()
        self.servers.__enter__()
        try:
            self.servers.postgres.create_database("chatplatform")
            with self.servers.postgres.connect() as connection:
                # Forgetful servers commit without waiting for the log; a killed one would forget what it has promised.
                connection.execute("ALTER DATABASE chatplatform SET synchronous_commit = on")
            self.environment = self.settings()
            self._manage("manage.py", "migrate", "--no-input", "--verbosity=0")
            self.seeds: dict[str, Any] = json.loads(self._manage("-m", "tests.faults.seeding", *self.seeding))
            self.start_product()
        except BaseException:
            self._stop()
            raise
        self.redis, self.postgres = self.servers.redis_process, self.servers.postgres_process

    def start_product(self) -> None:
        self.stack = start_stack(self.environment, name="faults")
        self.web, self.url, self.port = self.stack.web, self.stack.url, self.stack.port
        assert self.stack.worker is not None
        self.worker = self.stack.worker

    def stop_product(self) -> None:
        if self.stack is not None:
            self.stack.stop()

    def _stop(self) -> None:
        self.stop_product()
        self.servers.__exit__()

    def settings(self) -> dict[str, str]:
        return {
            **{f"LIMIT_{name}": NO_LIMIT for name in LIMITS},
            **PACES,
            **ALLOCATOR,
            "DJANGO_SETTINGS_MODULE": "chatplatform.settings",
            "DATABASE_URL": self.servers.postgres.url(),
            "REDIS_URL": self.servers.redis.url(),
            "REDIS_PREFIX": "faults",
            "SECRET_KEY": "only-for-tests-" * 5,
        }

    def _manage(self, *arguments: str) -> str:
        environment = os.environ | self.environment
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    async def by_hand(self, step: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hand, step)

    async def kill(self, process: Process) -> None:
        await self.by_hand(process.kill)

    async def bring_back(self, process: Process) -> None:
        def start() -> None:
            process.start()
            process.wait_until_ready()

        await self.by_hand(start)

    async def restart(self, process: Process) -> None:
        await self.by_hand(process.restart)

    def freeze(self, process: Process) -> None:
        os.kill(process.pid, signal.SIGSTOP)

    def thaw(self, process: Process) -> None:
        os.kill(process.pid, signal.SIGCONT)

    def memory_of(self, process: Process) -> float:
        """Resident memory, in MB."""
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024

    def cut_off(self, path: str) -> int:
        """How often a socket of this path was closed for being read too slowly, by the web process' log."""
        lines = self.web.spec.log.read_text(errors="replace").splitlines()
        return sum("reason=too_slow" in line and "code=4008" in line and f"path={path}" in line for line in lines)
