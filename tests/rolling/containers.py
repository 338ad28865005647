"""In place of Docker: what deploy/rolling-restart.sh asks of it, done with real processes of what the containers run.

The script's `docker` is asking.py, which passes the words on to the `Containers` of the test.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from foundation.container.health import worker as what_is_wrong_with_the_worker
from foundation.supervisor.process import Process, ProcessSpec

PROJECT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


@dataclass
class Container:
    """`address` is web's alone, as no container shares it."""

    service: str
    process: Process
    is_well: Callable[[], bool]
    address: str = ""
    id: str = field(default_factory=lambda: secrets.token_hex(32))
    started_at: float = field(default_factory=time.monotonic)


class Containers:
    """Those of web, on one port and an address each, and of the worker. Blocking: to be called in one thread."""

    def __init__(self, folder: Path, environment: Mapping[str, str], port: int, public: str) -> None:
        self.folder, self.environment, self.port, self.public = folder, environment, port, public
        self.there: list[Container] = []
        self.before_stop: Callable[[Container], object] = lambda container: None
        self.ended: dict[str, int | None] = {}  # the exit code of each that was stopped, by service and number
        self._numbers = iter(range(1, 200))

    def addresses(self) -> list[str]:
        """As Docker's name server tells them: from a container's start to its very end, ready or not."""
        return [one.address for one in list(self.there) if one.address and one.process.is_running]

    def of(self, service: str) -> list[Container]:
        return [one for one in self.there if one.service == service]

    def start(self, service: str) -> Container:
        made = (self._web if service == "web" else self._worker)(next(self._numbers))
        made.process.start()
        self.there.append(made)
        return made

    def wait_until_well(self) -> None:
        for one in self.there:
            one.process.wait_until_ready()

    def stop_all(self) -> None:
        for one in reversed(self.there):
            one.process.stop()

    def obey(self, words: list[str]) -> tuple[int, str]:
        """Exit code and what is printed. A word that is not known here is an error, and so a test that fails."""
        match words:
            case ["compose", "config", "--services"]:
                return 0, "\n".join([*SERVICES, "caddy"])
            case ["compose", "ps", "--quiet", service]:
                return 0, "\n".join(one.id for one in self.of(service) if one.process.is_running)
            case ["compose", "rm", "--force", _]:
                return 0, ""
            case ["compose", "up", "--detach", "--no-deps", "--no-build", "--no-recreate", "--scale", scale, service]:
                for _ in range(int(scale.partition("=")[2]) - len(self.of(service))):
                    self.start(service)
                return 0, ""
            case ["inspect", "--format", "{{.State.Health.Status}}", number]:
                return 0, "healthy" if self._called(number).is_well() else "starting"
            case ["stop", number]:
                self.before_stop(self._called(number))
                self._stop(self._called(number))
                return 0, number
            case ["rm", number] | ["rm", "--force", number]:
                self.there.remove(self._called(number))
                return 0, number
        return 1, f"not known here: {words}"

    def _called(self, number: str) -> Container:
        return next(one for one in self.there if one.id == number)

    def _stop(self, container: Container) -> None:
        container.process.stop()
        self.ended[container.process.spec.name] = container.process.exit_code

    def _web(self, number: int) -> Container:
        address = f"127.0.0.{number + 1}"
        command = ["-m", "foundation.container.web", "--host", address, "--port", str(self.port)]

        def is_ready() -> bool:
            return self._answers(address)

        return Container("web", self._process("web", number, command, is_ready), is_ready, address)

    def _worker(self, number: int) -> Container:
        alive = self.folder / f"alive-{number}"

        def is_alive() -> bool:
            return what_is_wrong_with_the_worker(alive) is None

        command = ["manage.py", "run_worker", "--alive-file", str(alive)]
        return Container("worker", self._process("worker", number, command, is_alive), is_alive)

    def _process(self, service: str, number: int, command: list[str], is_ready: Callable[[], bool]) -> Process:
        grace = float(SERVICES[service]["stop_grace_period"].removesuffix("s"))
        name, log = f"{service} {number}", self.folder / f"{service}-{number}.log"
        environment = os.environ | dict(self.environment)
        whole = [sys.executable, *command]
        return Process(
            ProcessSpec(name, whole, log, environment, folder=PROJECT, stop_seconds=grace, is_ready=is_ready)
        )

    def _answers(self, address: str) -> bool:
        """As the health check in the container asks."""
        asked = urllib.request.Request(f"http://{address}:{self.port}/health/ready/", headers={"Host": self.public})
        try:
            with urllib.request.urlopen(asked, timeout=6) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def write_docker(folder: Path) -> None:
    """The program that the script finds under the name of Docker's."""
    program = folder / "docker"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{Path(__file__).with_name("asking.py")}" "$@"\n')
    program.chmod(0o755)
