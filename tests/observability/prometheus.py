"""A Prometheus of a test's own, set up as deploy/ sets ours up: the same jobs and rules, only quicker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec
from tests.observability.queries import ALERTS, CONFIGURATION
from tests.observability.scraping import TOKEN, Watched
from tests.servers.stack import LOGS

PATIENCE = 120.0  # seconds; a killed worker counts as gone after half a minute, and the machine has other things to do
EVERY = "1s"


@dataclass
class Prometheus:
    url: str
    process: Process

    def ask(self, path: str, **query: str) -> dict[str, Any]:
        answer = httpx2.get(f"{self.url}/api/v1/{path}", params=query, trust_env=False, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found

    def values(self, query: str) -> dict[tuple[str, ...], float]:
        """Of a query as it stands on the dashboard: the figure for each set of labels' values."""
        result = self.ask("query", query=query)["result"]
        return {tuple(sorted(one["metric"].values())): float(one["value"][1]) for one in result}

    def targets(self) -> dict[str, list[str]]:
        """The health of each job's targets."""
        found: dict[str, list[str]] = {}
        for target in self.ask("targets")["activeTargets"]:
            found.setdefault(target["labels"]["job"], []).append(target["health"])
        return found

    def alerts(self) -> set[str]:
        """Those that call."""
        return {one["labels"]["alertname"] for one in self.ask("alerts")["alerts"] if one["state"] == "firing"}

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, f"{what}\n{self.targets()}\n{self.process.log_tail(20)}"
            time.sleep(0.5)


@contextmanager
def prometheus_on(watched: Watched, folder: Path) -> Iterator[Prometheus]:
    ports = {"web": watched.stack.port, "worker": watched.worker_port}
    with prometheus_in(folder, {job: [f"127.0.0.1:{port}"] for job, port in ports.items()}) as prometheus:
        yield prometheus


@contextmanager
def prometheus_in(folder: Path, targets: Mapping[str, list[str]]) -> Iterator[Prometheus]:
    """`targets` of each job, in place of the containers behind a name."""
    port = free_port()
    (folder / "token").write_text(TOKEN)
    (folder / "alerts.yml").write_text(yaml.safe_dump(quick_rules()))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration(targets, folder)))
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--rules.alert.resend-delay={EVERY}",
        "--log.level=warn",
    ]
    spec = ProcessSpec("prometheus", command, LOGS / f"prometheus-{port}.log", is_ready=lambda: is_ready(port))
    with Process(spec) as process:
        process.wait_until_ready()
        yield Prometheus(f"http://127.0.0.1:{port}", process)


def configuration(targets: Mapping[str, list[str]], folder: Path) -> dict[str, Any]:
    """deploy/prometheus/prometheus.yml, and what it names in a folder of ours."""
    text = CONFIGURATION.read_text()
    text = text.replace("/etc/prometheus", str(folder)).replace("/run/for-prometheus", str(folder))
    found: dict[str, Any] = yaml.safe_load(text)
    found["global"] = {"scrape_interval": EVERY, "evaluation_interval": EVERY}
    for job in found["scrape_configs"]:
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": targets[job["job_name"]]}]
    return found


def quick_rules() -> dict[str, Any]:
    """deploy/prometheus/alerts.yml; what has to be so for minutes has to be so for a second."""
    found: dict[str, Any] = yaml.safe_load(ALERTS.read_text())
    for group in found["groups"]:
        for rule in group["rules"]:
            if "for" in rule:
                rule["for"] = EVERY
    return found


def is_ready(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/-/ready", trust_env=False, timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False
