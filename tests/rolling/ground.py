"""Caddy with our Caddyfile, webs and workers behind it, and a model that takes its time to write."""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from foundation.supervisor.ports import free_port
from tests.assistant.misbehaving import Call, MisbehavingServer, is_at_length
from tests.faults.ground import Ground
from tests.rolling.containers import PROJECT, Container, Containers, write_docker
from tests.rolling.names import RESOLVERS, TRANSPORT, Names
from tests.servers.caddy import caddy, trust_in_caddy

SCRIPT = PROJECT / "deploy" / "rolling-restart.sh"
YOUNG = 10.0  # seconds that a long answer may have been written for, to outlast the patience of a worker


class RollingGround(Ground):
    """`webs` and `workers` of each at the beginning, as compose starts them. `url` is Caddy's. `at_length`: a worker is
    stopped while it writes a long answer, once.
    """

    seeding = ("knowledge",)

    def __init__(self, webs: int, workers: int, at_length: bool) -> None:
        self.at_length, self.cutting_off = at_length, False
        self.services = ["web"] * webs + ["worker"] * workers
        self.port, self.http_port, self.web_port = free_port(), free_port(), free_port()
        self.url, self.public = f"https://localhost:{self.port}", f"localhost:{self.port}"

    def settings(self) -> dict[str, str]:
        self.resources = ExitStack()
        self.folder = Path(self.resources.enter_context(TemporaryDirectory()))
        self.model = self.resources.enter_context(MisbehavingServer())
        return super().settings() | {
            "PUBLIC_URL": self.url,
            "TRUSTED_PROXIES": "1",
            "WORKER_METRICS_PORT": "0",  # two of them on one machine cannot have the same
            "AI_BASE_URL": self.model.url,
            "AI_MODEL": "as_long_as_asked",
            "AI_PRIVATE_ADDRESSES": "1",
            "AI_ANSWER_SECONDS": "90",  # as operators have it; the suite's own is shorter than a long answer
        }

    def start_product(self) -> None:
        """What is stopped in the end is stopped in the opposite order."""
        self.containers = Containers(self.folder, self.environment, self.web_port, self.public)
        self.containers.before_stop = self._wait_for_a_long_answer
        self.resources.callback(self.containers.stop_all)
        for service in self.services:
            self.containers.start(service)
        self.containers.wait_until_well()
        names = self.resources.enter_context(Names(self.containers.addresses))
        asked = {TRANSPORT: RESOLVERS.format(port=names.port)}
        front = caddy(self.port, self.http_port, self.folder, ("web", self.web_port), asked)
        self.resources.enter_context(front)
        front.wait_until_ready()
        self.trust = trust_in_caddy(self.folder)

    def stop_product(self) -> None:
        self.resources.close()

    async def roll(self) -> str:
        """Run the operator's script to its end; what it said. Raises AssertionError when it fails."""
        write_docker(self.folder)
        docker = self.folder / "docker.socket"
        server = await asyncio.start_unix_server(self._obey, docker)
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "CONTAINERS": str(docker),
            "LOCK": str(self.folder / "lock"),
        }
        async with server:
            script = await asyncio.create_subprocess_exec(
                SCRIPT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            said = (await script.communicate())[0].decode()
        assert script.returncode == 0, said
        return said

    def _wait_for_a_long_answer(self, container: Container, patience: float = 60.0) -> None:
        """By this worker, and young enough to be cut off. Where the patience ends, the next one has its turn."""
        if container.service != "worker" or not self.at_length or self.cutting_off:
            return
        worker, until = psutil.Process(container.process.pid), time.monotonic() + patience
        while not self.cutting_off and time.monotonic() < until:
            ports = {one.laddr.port for one in worker.net_connections("tcp")}
            self.cutting_off = any(one.writer.get_extra_info("peername")[1] in ports for one in self._long_answers())
            time.sleep(0.1)

    def _long_answers(self) -> list[Call]:
        young = time.monotonic() - YOUNG
        return [one for one in self.model.calls if is_at_length(one) and one.ended_at is None and one.began_at > young]

    async def _obey(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        words = json.loads(await reader.readline())
        code, said = await self.by_hand(partial(self.containers.obey, words))
        writer.write(json.dumps([code, said]).encode())
        writer.close()
