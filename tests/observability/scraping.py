"""The product with two web processes and a worker, all watched, and what a scrape of them says."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec
from tests.servers.stack import LOGS, PROJECT, Stack, answers

PATIENCE = 60.0
TOKEN = "token-of-a-prometheus-in-a-test"


@dataclass
class Watched:
    """Two web processes behind one port, a worker, and the port of its metrics."""

    stack: Stack
    worker_port: int

    def scrape(self) -> dict[str, list[Sample]]:
        """Every sample of both, by the name of its series."""
        found: dict[str, list[Sample]] = {}
        for port in (self.stack.port, self.worker_port):
            for family in text_string_to_metric_families(read_metrics(port)):
                for sample in family.samples:
                    found.setdefault(sample.name, []).append(sample)
        return found

    def total(self, series: str, **labels: str) -> float:
        """The sum of what matches."""
        samples = self.scrape().get(series, [])
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def children(self) -> list[int]:
        pid = self.stack.web.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, f"{what}\n{self.stack.logs(40)}"
            time.sleep(0.2)


def read_metrics(port: int) -> str:
    """As Prometheus reads it: by number, under no name of ours, with its token."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": f"172.18.0.5:{port}"}
    answer = httpx2.get(f"http://127.0.0.1:{port}/metrics", headers=headers, trust_env=False, timeout=30)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


@contextmanager
def watched_stack(**settings: str) -> Iterator[Watched]:
    port, worker_port = free_port(), free_port()
    given = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "METRICS_TOKEN": TOKEN, "TRUSTED_PROXIES": "1"}
    environment = os.environ | given | {"WORKER_METRICS_PORT": str(worker_port)} | settings
    web = [sys.executable, "-m", "foundation.container.web", "--host", "127.0.0.1", "--port", str(port)]
    with (
        _running("watched-web", [*web, "--processes", "2"], environment, port) as server,
        _running("watched-worker", [sys.executable, "manage.py", "run_worker"], environment, port) as worker,
    ):
        watched = Watched(Stack(port, environment, server, worker), worker_port)
        watched.wait_until(lambda: answers(f"{watched.stack.url}/health/ready/"), "it is not ready")
        watched.wait_until(lambda: len(watched.children()) == 2, "there are not two web processes")
        yield watched


@contextmanager
def _running(name: str, command: list[str], environment: dict[str, str], port: int) -> Iterator[Process]:
    log = LOGS / f"{name}-{port}.log"
    with Process(ProcessSpec(name, command, log, environment, folder=PROJECT, stop_seconds=15)) as process:
        yield process
