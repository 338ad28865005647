"""Starts the product on this machine, keeps it running, and stops it."""

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from foundation.local_demo.announcement import announcement
from foundation.local_demo.data_directory import DataDirectory
from foundation.local_demo.preparation import preparation_of
from foundation.local_demo.servers import start_servers
from foundation.supervisor.failure import StartFailure
from foundation.supervisor.log_view import LogView
from foundation.supervisor.ports import listen_on_loopback
from foundation.supervisor.process import POLL_SECONDS, Process, ProcessSpec
from foundation.supervisor.stop_request import StopRequest
from foundation.supervisor.supervisor import Supervisor

PROJECT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, "manage.py")
WORKER_STOP_SECONDS = 12  # it lets the jobs that run finish, for 10 s at most


@dataclass
class Demo:
    port: int
    directory: DataDirectory
    stop_request: StopRequest
    say: Callable[[str], None] = print
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self) -> None:
        """Never returns: raises Stopped when asked to stop, StartFailure when something cannot be kept running."""
        self.directory.claim()
        listeners = listen(self.port)
        self.directory.start_new_logs()
        try:
            self._start(listeners)
            self.say(announcement(self.port, str(self.directory.path)))
            with LogView((name, self.directory.log(name)) for name in ("web", "worker")):
                self.supervisor.watch()
        finally:
            self.say("Stopping …")
            self.supervisor.stop()

    @cached_property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.stop_request, self.say)

    def _start(self, listeners: list[socket.socket]) -> None:
        self.say("Starting Postgres and Redis …")
        own_database = not self.environment.get("DATABASE_URL")
        self.environment |= start_servers(self.environment, self.directory, self.supervisor)
        self._settle_environment()
        preparation = preparation_of(self.directory.path / "postgres" / "data")
        if not (own_database and preparation.is_current):
            self._prepare_database()
            if own_database:
                preparation.put()
        self.say("Starting web and worker …")
        self.supervisor.start(self._web(listeners), self._worker())

    def _prepare_database(self) -> None:
        self.say("Preparing the database …")
        self._run("migrate", "migrate", "--no-input")
        self._run("seed", "seed_demo")

    def _settle_environment(self) -> None:
        """What the product's processes are told, and manage.py when it is run beside them."""
        told = {
            "DATABASE_URL": self.environment["DATABASE_URL"],
            "REDIS_URL": self.environment["REDIS_URL"],
            "SECRET_KEY": self.environment.get("SECRET_KEY") or self.directory.secret_key(),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
            "DEMO": "1",
            "DATA_DIR": str(self.directory.path),
        }
        self.environment |= told
        self.directory.write_environment(told)

    def _run(self, name: str, *arguments: str) -> None:
        """Runs a management command to its end."""
        process = Process(self._spec(name, *MANAGE, *arguments))
        try:
            process.start()
            while process.is_running:
                self.stop_request.pause(POLL_SECONDS)
        finally:
            process.kill()
        if process.exit_code != 0:
            sentence = f"`manage.py {arguments[0]}` failed; all it said is in {process.spec.log}."
            raise StartFailure(sentence, process.log_tail())

    def _web(self, listeners: list[socket.socket]) -> Process:
        numbers = [listener.fileno() for listener in listeners]
        options = [option for number in numbers for option in ("--fd", str(number))]
        command = (sys.executable, "-m", "foundation.web_server", *options)
        return Process(self._spec("web", *command, file_descriptors=numbers, is_ready=self._is_ready))

    def _worker(self) -> Process:
        return Process(self._spec("worker", *MANAGE, "run_worker", stop_seconds=WORKER_STOP_SECONDS))

    def _spec(
        self,
        name: str,
        *command: str,
        file_descriptors: list[int] | None = None,
        is_ready: Callable[[], bool] | None = None,
        stop_seconds: float = 8,
    ) -> ProcessSpec:
        return ProcessSpec(
            name=name,
            command=command,
            log=self.directory.log(name),
            environment=self.environment | {"PYTHONUNBUFFERED": "1"},
            folder=PROJECT,
            file_descriptors=file_descriptors or (),
            is_ready=is_ready,
            stop_seconds=stop_seconds,
        )

    def _is_ready(self) -> bool:
        """Whether web, Postgres, Redis and the worker's heartbeat are all there."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def listen(port: int) -> list[socket.socket]:
    """We hold the web server's sockets: a port that is taken shows at once, and a restart refuses nobody."""
    try:
        return listen_on_loopback(port)
    except (OSError, OverflowError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise StartFailure(f"Port {port} cannot be used ({reason}): choose another one, PORT=8010 make demo.") from None
