"""The real product in real processes: a web server and, unless it is not wanted, a worker."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import pytest

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec

PROJECT = Path(__file__).resolve().parents[2]
LOGS = PROJECT / "test-results" / "logs"

Server = Literal["uvicorn", "daphne", "runserver"]
# For promises that hold on both. In short, Daphne is met where it may differ: who asks for `daphne_stack` by name.
BOTH_SERVERS = ["uvicorn", pytest.param("daphne", marks=pytest.mark.slow)]


@dataclass
class Stack:
    """`web` and `worker` can be killed, stopped and restarted; `web` keeps its port."""

    port: int
    environment: Mapping[str, str]
    web: Process
    worker: Process | None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def shop_url(self) -> str:
        """Another site to a browser, as a customer's shop is."""
        return f"http://localhost:{self.port}"

    @property
    def processes(self) -> list[Process]:
        return [self.web] if self.worker is None else [self.web, self.worker]

    def logs(self, lines: int = 30) -> str:
        return "\n\n".join(f"--- {process.spec.name}\n{process.log_tail(lines)}" for process in self.processes)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_stack(
    env: Mapping[str, str] | None = None,
    *,
    server: Server = "uvicorn",
    worker: bool = True,
    name: str = "stack",
    host: str = "127.0.0.1",
) -> Stack:
    """Starts the product on a free port and this worker's database, and returns when it is ready.

    `host`: by which browsers reach it. Passkeys and security keys want a name, `localhost`, not a number.

    Without a worker of its own it shares the queue with whichever worker runs on the same database.
    """
    port = free_port()
    environment = os.environ | {"PUBLIC_URL": f"http://{host}:{port}"} | dict(env or {})
    web = Process(spec(f"{name}-web", web_command(server, port), environment, port, worker))
    own_worker = Process(spec(f"{name}-worker", [sys.executable, "manage.py", "run_worker"], environment))
    stack = Stack(port, environment, web, own_worker if worker else None)
    try:
        for process in stack.processes:
            process.start()
        web.wait_until_ready()
    except BaseException:
        stack.stop()
        raise
    return stack


def web_command(server: Server, port: int) -> list[str]:
    if server == "daphne":
        return [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "chatplatform.asgi:application"]
    if server == "runserver":
        return [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "foundation.web_server", "--port", str(port)]


def spec(
    name: str, command: list[str], environment: Mapping[str, str], port: int | None = None, with_worker: bool = True
) -> ProcessSpec:
    """With a worker, ready means that the worker's heartbeat is there, too."""
    folder = LOGS / os.environ.get("PYTEST_XDIST_WORKER", "main")
    health = f"http://127.0.0.1:{port}/health/{'ready' if with_worker else 'live'}/"
    return ProcessSpec(
        name=name,
        command=command,
        log=folder / f"{name}-{port or os.getpid()}.log",
        environment=environment,
        folder=PROJECT,
        is_ready=(lambda: answers(health)) if port else None,
    )


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
