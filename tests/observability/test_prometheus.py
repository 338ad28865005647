"""A real Prometheus, with the configuration and the rules of deploy/, watches a real web server and worker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Website
from foundation.backups.folder import name_for
from tests.clients.people import visit
from tests.observability.prometheus import Prometheus, prometheus_on
from tests.observability.queries import panels
from tests.observability.scraping import Watched, watched_stack
from tests.servers.databases import another_copy, database_url
from tests.servers.stack import PROJECT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="there is no Prometheus here"),
]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Watched, Prometheus, Website]]:
    """On a database of their own: another worker would count as a living one, and work that other tests have left
    undone is a reason to call.
    """
    name = another_copy()
    own = {"DATABASE_URL": database_url(name), "REDIS_PREFIX": name, "BACKUP_DIR": str(tmp_path)}
    (tmp_path / name_for(datetime.now(UTC))).touch()
    acme = Website(website_key=seeded(own)["keys"]["people"])
    with watched_stack(**own) as watched, prometheus_on(watched, tmp_path) as prometheus:
        yield watched, prometheus, acme


def seeded(environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.faults.seeding"]
    printed = subprocess.check_output(command, cwd=PROJECT, env=os.environ | environment, text=True)
    seeds: dict[str, Any] = json.loads(printed)
    return seeds


async def test_figures_come_to_the_dashboard_and_a_killed_worker_calls(
    both: tuple[Watched, Prometheus, Website],
) -> None:
    watched, prometheus, acme = both
    prometheus.wait_until(lambda: prometheus.targets() == {"web": ["up"], "worker": ["up"]}, "not both are up")
    vera = visit(watched.stack, acme)
    vera.open("Hello")
    async with vera.socket() as chat:
        await chat.say("Is anybody there?")
        sockets, messages = query_of("Open sockets"), query_of("Messages")
        prometheus.wait_until(lambda: prometheus.values(sockets).get(("visitor",)) == 1, "one visitor's socket is open")
    # A rate needs two scrapes with different figures: the series begins with the first message.
    vera.rest.post(vera.path("messages/"), {"client_id": "5f0e9c36-7f0b-4f43-9c4b-2a4f3b2e7a10", "content": "And now?"})
    prometheus.wait_until(lambda: prometheus.values(messages).get(("visitor",), 0) > 0, "messages are drawn")
    prometheus.wait_until(lambda: not prometheus.alerts(), "nothing is wrong, and yet it calls")
    assert watched.stack.worker is not None
    watched.stack.worker.kill()
    prometheus.wait_until(lambda: "WorkerIsGone" in prometheus.alerts(), "nobody is called")
    assert prometheus.targets() == {"web": ["up"], "worker": ["down"]}
    watched.stack.worker.restart()
    prometheus.wait_until(lambda: "WorkerIsGone" not in prometheus.alerts(), "it goes on calling")


def query_of(title: str) -> str:
    """The first query of a panel, as Grafana would ask it."""
    panel = next(one for one in panels() if one["title"] == title)
    query: str = panel["targets"][0]["expr"].replace("$__rate_interval", "1m")
    return query
