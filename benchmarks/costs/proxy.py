"""The Caddy of production in front of a server that is measured."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ground import PROJECT, RESULTS
from benchmarks.targets import Plan, Running
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec

PATIENCE = 30.0


@dataclass(frozen=True)
class Front:
    pid: int
    port: int

    def plan(self, plan: Plan) -> Plan:
        """The same sockets, through the proxy. Its certificate is its own."""
        for kind in ("visitors", "dashboards"):
            for place in plan[kind]:
                path = place["url"].partition("/ws/")[2]
                place["url"] = f"wss://localhost:{self.port}/ws/{path}"
        return plan | {"trusts_all": True}


@contextmanager
def proxied(running: Running) -> Iterator[Front | None]:
    program = shutil.which("caddy")
    if program is None:
        yield None
        return
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="chatplatform-costs-"))
    text = (PROJECT / "deploy" / "Caddyfile").read_text()
    (folder / "Caddyfile").write_text(text.replace("{\n", "{\n\tadmin off\n\tskip_install_trust\n", 1))
    given = {
        "DOMAIN": "localhost",
        "ACME_EMAIL": "you@example.com",
        "HTTPS_PORT": str(port),
        "HTTP_PORT": str(free_port()),
        "WEB_HOST": "localhost",
        "WEB_PORT": running.environment["PORT"],
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    spec = ProcessSpec("caddy", command, RESULTS / "caddy.log", os.environ | given, PROJECT, stop_seconds=15)
    try:
        with Process(spec) as process:
            root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
            wait_for(root, port)
            yield Front(process.pid, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(root: Path, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if root.is_file() and probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("Caddy does not answer")
