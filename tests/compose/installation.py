"""A compose project of its own, made from this checkout on a free port: no other installation is touched."""

from __future__ import annotations

import json
import os
import re
import shlex
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from foundation.supervisor.ports import free_port
from tests.compose.transcript import Transcript

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
NOTHING: Mapping[str, str] = MappingProxyType({})
STATUS = "table {{.Service}}\t{{.Status}}\t{{.Ports}}"


@dataclass
class Installation:
    project: str
    transcript: Transcript
    files: list[str] = field(default_factory=lambda: ["docker-compose.yml"])
    port: int = field(default_factory=free_port)
    always: dict[str, str] = field(default_factory=dict)  # settings of each command
    trust: ssl.SSLContext | None = None  # in what serves https
    folder: Path = PROJECT  # the checkout

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def chosen(self) -> list[str]:
        """The files, as options."""
        return [option for file in self.files for option in ("-f", file)] if len(self.files) > 1 else []

    def compose(
        self,
        *arguments: str,
        settings: Mapping[str, str] | None = None,
        shown: bool = True,
        last: int = 0,
        ok: bool = True,
    ) -> str:
        """Runs it, and writes it down as a person would type it; with the `last` lines of what it said."""
        command = ["docker", "compose", "--project-name", self.project, *self.chosen, *arguments]
        ended = subprocess.run(
            command, cwd=self.folder, env=self.environment(settings or {}), capture_output=True, text=True, check=False
        )
        output = ended.stdout + ended.stderr
        if shown:
            typed = [f"{name}={value}" for name, value in (settings or {}).items()]
            typed += ["docker compose", *self.chosen, *map(shlex.quote, arguments)]
            self.transcript.shell(" ".join(typed), "\n".join(output.splitlines()[-last:] if last else []))
        if ok != (ended.returncode == 0):
            raise AssertionError(f"{command} ended with {ended.returncode}:\n{output}")
        return output

    def typed(
        self, line: str, ok: bool = True, shown: bool = True, only: str = "", placeholders: Mapping[str, str] = NOTHING
    ) -> str:
        """A line as it stands in the docs, by a shell; `only` these lines of what it said are written down."""
        command = ["sh", "-c", filled(line, placeholders)]
        ended = subprocess.run(command, cwd=self.folder, env=self.around(), capture_output=True, text=True, check=False)
        said = ended.stdout + ended.stderr
        if ok != (ended.returncode == 0):
            raise AssertionError(f"{line} ended with {ended.returncode}:\n{said}")
        if shown:
            self.transcript.shell(line, "\n".join(found for found in said.splitlines() if re.search(only, found)))
        return said

    def around(self) -> dict[str, str]:
        """What is ours about it, and stands in the `.env` of an operator: the project's name, the port, the files."""
        files = {"COMPOSE_FILE": ":".join(self.files)} if self.files else {}
        return self.environment({}) | files | {"COMPOSE_PROJECT_NAME": self.project}

    def show_state(self) -> None:
        self.transcript.shell("docker compose ps --all", self.compose("ps", "--all", "--format", STATUS, shown=False))

    def show_log(self, service: str, about: str = "") -> None:
        """Its last line, or its last one about something."""
        said = self.compose("logs", "--no-color", "--no-log-prefix", service, shown=False)
        found = [line for line in said.splitlines() if about in line]
        assert found, f"{service} never said {about!r}:\n{said}"
        search = f" | grep {shlex.quote(about)}" if about else ""
        self.transcript.shell(f"docker compose logs {service}{search} | tail -1", found[-1])

    def inspect(self, service: str, field_of_it: str) -> str:
        container = self.compose("ps", "--all", "--quiet", service, shown=False).split()[0]
        told = subprocess.run(
            ["docker", "inspect", "--format", field_of_it, container], capture_output=True, text=True, check=True
        )
        return told.stdout.strip()

    def restarts(self, service: str) -> int:
        return int(self.inspect(service, "{{.RestartCount}}"))

    def health(self, service: str) -> str:
        return self.inspect(service, "{{.State.Health.Status}}")

    def reason(self, service: str) -> str:
        """What the last health check said."""
        checks = json.loads(self.inspect(service, "{{json .State.Health.Log}}"))
        return str(checks[-1]["Output"]).strip() if checks else ""

    def wait_until(self, what: str, is_so: Callable[[], bool]) -> float:
        """How many seconds it took."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > PATIENCE:
                raise AssertionError(f"never happened: {what}")
            time.sleep(0.2)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("DOCKER_")}
        return kept | {"PORT": str(self.port)} | self.always | dict(settings)


def filled(line: str, placeholders: Mapping[str, str]) -> str:
    """With values in place of what only stands for them."""
    for name, value in placeholders.items():
        line = line.replace(name, value)
    return line


KEPT = {"PATH", "HOME", "LANG"}
