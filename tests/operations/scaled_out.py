"""Two web processes and two workers behind the Caddy of production, which asks a name server of ours where web is."""

from __future__ import annotations

import os
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
from tests.rolling.names import RESOLVERS, TRANSPORT, Names
from tests.servers.caddy import caddy, trust_in_caddy
from tests.servers.stack import PROJECT, Stack, spec

ADDRESSES = ("127.0.0.1", "127.0.0.2")  # of the two containers of `web`


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
    names = processes.enter_context(Names(lambda: ADDRESSES))
    asked = {TRANSPORT: RESOLVERS.format(port=names.port)}
    front = processes.enter_context(caddy(port, free_port(), folder, ("web", web_port), asked))
    front.wait_until_ready()
    behind = Stack(port, environment, webs[0], None)
    found = Installation(port, trust_in_caddy(folder), webs, workers, behind)
    wait_for(lambda: 1 if is_reached(found) else None)
    return found


def web_spec(address: str, port: int, environment: dict[str, str]) -> ProcessSpec:
    given = spec(f"scaled-web-{address}", [], environment, port)
    health = f"http://{address}:{port}/health/live/"
    command = [sys.executable, "-m", "foundation.container.web", "--host", address, "--port", str(port)]
    return ProcessSpec(given.name, command, given.log, environment, PROJECT, is_ready=lambda: lives(health))


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
