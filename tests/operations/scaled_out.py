"""Two web processes and two workers behind the Caddy of production, as processes of a test's own."""

from __future__ import annotations

import os
import shutil
import ssl
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec
from tests.clients.sockets import PATIENCE, Socket
from tests.servers.stack import LOGS, PROJECT, Stack, spec

CADDY = shutil.which("caddy")
ADDRESSES = ("127.0.0.1", "127.0.0.2")  # of the two containers of `web`
NAMED = "reverse_proxy {$WEB_HOST:web}:{$WEB_PORT:8000} {"


@dataclass(frozen=True)
class Installation:
    port: int
    trust: ssl.SSLContext
    webs: list[Process]
    workers: list[Process]
    stack: Stack

    def post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        return self.call("POST", path, body, token)

    def call(self, method: str, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"https://localhost:{self.port}/api/v1/{path}"
        with httpx2.Client(verify=self.trust, trust_env=False, timeout=30) as client:
            answer = client.request(method, url, json=body, headers=headers)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def socket_token(self, token: str) -> str:
        return str(self.post("auth/ws-connection-token/", {}, token)["connection_token"])

    def place_of(self, socket: Socket) -> int:
        """Which web process serves it: that whose log names the connection."""
        name = socket.seen_of("connected")[0]["connection_id"]
        return wait_for(lambda: next((n for n, web in enumerate(self.webs) if name in log_of(web)), None))


def log_of(process: Process) -> str:
    return process.spec.log.read_text()


def wait_for(found: Any) -> int:
    deadline = monotonic() + PATIENCE
    while True:
        value = found()
        if value is not None:
            return int(value)
        assert monotonic() < deadline
        sleep(0.05)


def started(processes: ExitStack, folder: Path) -> Installation:
    port, web_port = free_port(), free_port()
    environment = os.environ | {
        "PUBLIC_URL": f"https://localhost:{port}",
        "TRUSTED_PROXIES": "1",
        "REDIS_PREFIX": f"scaled-{port}",
        "AI_CHUNKS_PER_SECOND": "4",
    }
    webs = [Process(web_spec(address, web_port, environment)) for address in ADDRESSES]
    command = [sys.executable, "manage.py", "run_worker"]
    workers = [Process(spec(f"scaled-worker-{n}-{port}", command, environment)) for n in range(2)]
    for process in [*webs, *workers]:
        processes.enter_context(process)
    for web in webs:
        web.wait_until_ready()
    root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    caddy = processes.enter_context(Process(caddy_spec(folder, port, web_port)))
    wait_for(lambda: 1 if root.is_file() else None)
    trust = ssl.create_default_context(cafile=str(root))
    behind = Stack(port, environment, webs[0], None)
    found = Installation(port, trust, webs, workers, behind)
    wait_for(lambda: 1 if is_reached(found) else None)
    assert caddy.pid
    return found


def web_spec(address: str, port: int, environment: dict[str, str]) -> ProcessSpec:
    given = spec(f"scaled-web-{address}", [], environment, port)
    health = f"http://{address}:{port}/health/live/"
    command = [sys.executable, "-m", "foundation.container.web", "--host", address, "--port", str(port)]
    return ProcessSpec(given.name, command, given.log, environment, PROJECT, is_ready=lambda: lives(health))


def caddy_spec(folder: Path, port: int, web_port: int) -> ProcessSpec:
    """As production has it, but for a root of its own, and both addresses in place of compose's name for them."""
    text = (PROJECT / "deploy" / "Caddyfile").read_text()
    text = text.replace("{\n", "{\n\tadmin off\n\tskip_install_trust\n", 1)
    assert NAMED in text
    text = text.replace(
        NAMED, f"reverse_proxy {' '.join(f'{one}:{web_port}' for one in ADDRESSES)} {{\n\t\tlb_policy least_conn"
    )
    (folder / "Caddyfile").write_text(text)
    given = {
        "DOMAIN": "localhost",
        "ACME_EMAIL": "you@example.com",
        "HTTPS_PORT": str(port),
        "HTTP_PORT": str(free_port()),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [str(CADDY), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    return ProcessSpec("caddy", command, LOGS / f"caddy-{port}.log", os.environ | given, PROJECT, stop_seconds=15)


def lives(url: str) -> bool:
    try:
        headers = {"Host": "localhost"}  # as Caddy passes it on
        return httpx2.get(url, headers=headers, trust_env=False, timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def is_reached(found: Installation) -> bool:
    try:
        url = f"https://localhost:{found.port}/health/live/"
        return httpx2.get(url, verify=found.trust, trust_env=False, timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False
