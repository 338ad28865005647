"""As real visitors reach it: Caddy with TLS, several containers, replaced one after the other. Part of prove.py.

Ports 80 and 443 of this machine have to be free. The certificate is of Caddy's own authority, for `localhost`.
"""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx2

from tests.compose.chatter import Chatter
from tests.compose.faults import is_restored_from_a_backup
from tests.compose.installation import Installation

FILES = ["docker-compose.yml", "docker-compose.demo.yml", "docker-compose.production.yml"]
ROOT = "/data/caddy/pki/authorities/local/root.crt"
OURS = ("web", "worker")
LIMITED = (*OURS, "prepare", "backup", "postgres", "redis", "caddy")


@dataclass
class Production(Installation):
    """The demo, for its website's key; under `localhost` it may be behind Caddy, too."""

    def __post_init__(self) -> None:
        self.files = FILES
        self.always = {"DOMAIN": "localhost", "ACME_EMAIL": "you@example.com", "WORKER_CONTAINERS": "2"}

    @property
    def url(self) -> str:
        return "https://localhost"

    def make(
        self,
        *typed: str,
        ok: bool = True,
        shown: bool = True,
        production: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> str:
        """As an operator types it; what is ours about it, the project's name and port, is in the environment."""
        command = ["make", *typed, "DEMO=1", *(["PRODUCTION=1"] if production else [])]
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(settings or {}) | {"COMPOSE_PROJECT_NAME": self.project},
            capture_output=True,
            text=True,
            check=False,
        )
        said = ended.stderr + ended.stdout
        assert ok == (ended.returncode == 0), said
        if shown:
            told = [line for line in said.splitlines() if not line.startswith(("docker compose", "make: "))]
            self.transcript.shell(" ".join(command), "\n".join(told))
        return said

    def roll(self, ok: bool = True, **settings: str) -> str:
        said = self.make("rolling-restart", ok=ok, shown=False, settings=settings)
        typed = "".join(f"{name}={value} " for name, value in settings.items())
        told = [line for line in said.splitlines() if re.search(" is replaced by |serve on|was not healthy", line)]
        self.transcript.shell(f"{typed}make rolling-restart DEMO=1 PRODUCTION=1", "\n".join(told))
        return said

    def containers(self) -> set[str]:
        return {one for name in OURS for one in self.compose("ps", "--quiet", name, shown=False).split()}


def production(here: Installation) -> Production:
    """The same project, with other files."""
    return Production(here.project, here.transcript)


def running(here: Installation, shown: bool = False) -> Production:
    """Started unless it runs, and its certificate is good."""
    there = production(here)
    there.compose("up", "-d", "--wait", shown=shown)
    there.trust = ssl.create_default_context(cadata=there.compose("exec", "-T", "caddy", "cat", ROOT, shown=False))
    return there


def serves_in_production(here: Installation) -> None:
    """`make up PRODUCTION=1`: Caddy with TLS in front of two web containers"""
    here.compose("down", "--volumes", shown=False)
    there = running(here, shown=True)
    there.show_state()
    verify = there.trust or True
    page = httpx2.get(f"{there.url}/accounts/login/", verify=verify, trust_env=False)
    assert page.status_code == 200
    assert page.headers["strict-transport-security"]
    plain = httpx2.get("http://localhost/accounts/login/", trust_env=False)
    assert plain.headers["location"].startswith("https://localhost")
    assert httpx2.get(f"{there.url}/metrics", verify=verify, trust_env=False).status_code == 404
    there.transcript.fact("The log-in is encrypted, plain requests are sent there, figures are for nobody outside.")
    limits = {name: int(there.inspect(name, "{{.HostConfig.Memory}}")) >> 20 for name in LIMITED}
    assert all(limits.values()), limits
    told = ", ".join(f"{name} {limit} MB" for name, limit in limits.items())
    there.transcript.fact(f"No container may have more memory than its limit: {told}.")


def is_replaced_while_people_chat(here: Installation) -> None:
    """A rolling restart in production: every web and worker is replaced, and not one request fails"""
    there = running(here)
    before = there.containers()
    with Chatter(there.url, there.trust) as vera:
        there.roll()
    after = there.containers()
    assert len(after) == len(before) == 4
    assert not after & before
    assert not vera.resends, f"{vera.resends} messages got no answer at first"
    there.transcript.fact(f"All {len(after)} containers are others than before; {vera.check()}.")


def keeps_what_serves_when_the_new_cannot_start(here: Installation) -> None:
    """A rolling restart to settings that cannot be used changes nothing"""
    there = running(here)
    before = there.containers()
    with Chatter(there.url, there.trust) as vera:
        said = there.roll(ok=False, LIMIT_VISITOR_BURST="many", PATIENCE="20")
    assert "was not healthy within 20 s" in said
    assert there.containers() == before
    assert not vera.resends
    there.transcript.fact(f"The containers are those of before; {vera.check()}.")


def is_restored_in_production(here: Installation) -> None:
    """A backup is restored in production"""
    is_restored_from_a_backup(running(here))


def is_watched(here: Installation) -> None:
    """`OBSERVABILITY=1`: Prometheus is healthy and reaches every web and worker"""
    there = running(here)
    port = str(there.port)
    there.compose("--profile", "observability", "up", "-d", "--wait", settings={"PROMETHEUS_PORT": port})
    assert there.health("prometheus") == "healthy"
    address = f"http://127.0.0.1:{port}/api/v1/targets"

    def up() -> list[str]:
        targets = httpx2.get(address, trust_env=False).json()["data"]["activeTargets"]
        return sorted(one["labels"]["job"] for one in targets if one["health"] == "up")

    there.wait_until("all are up", lambda: up().count("web") == up().count("worker") == 2)
    there.transcript.fact(f"Up for Prometheus: {', '.join(up())}.")


def remove(here: Installation) -> None:
    production(here).compose("--profile", "observability", "down", "--volumes", shown=False)


PRODUCTION: list[Callable[[Installation], None]] = [
    serves_in_production,
    is_replaced_while_people_chat,
    keeps_what_serves_when_the_new_cannot_start,
    is_restored_in_production,
    is_watched,
]
