"""A real Prometheus, with the configuration and the rules of deploy/, watches a real web server and worker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.backups.folder import name_for
from tests.cast import Cast
from tests.clients.people import visit
from tests.observability.prometheus import Prometheus, prometheus_on
from tests.observability.queries import panels
from tests.observability.scraping import Watched, watched_stack
from tests.servers.stack import Stack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="there is no Prometheus here"),
]


@pytest.fixture
def both(stack: Stack, tmp_path: Path) -> Iterator[tuple[Watched, Prometheus]]:
    """The shared stack's worker rests meanwhile: it would count as a living one."""
    assert stack.worker is not None
    stack.worker.stop()
    (tmp_path / name_for(datetime.now(UTC))).touch()
    try:
        with watched_stack(BACKUP_DIR=str(tmp_path)) as watched, prometheus_on(watched, tmp_path) as prometheus:
            yield watched, prometheus
    finally:
        stack.worker.restart()


async def test_figures_come_to_the_dashboard_and_a_killed_worker_calls(
    both: tuple[Watched, Prometheus], people_only: Cast
) -> None:
    watched, prometheus = both
    prometheus.wait_until(lambda: prometheus.targets() == {"web": ["up"], "worker": ["up"]}, "not both are up")
    vera = visit(watched.stack, people_only.acme)
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
