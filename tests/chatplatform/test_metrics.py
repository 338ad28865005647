"""`/metrics` is for this machine, for who is named, and for who has the token; and it counts refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from django.test import RequestFactory
from prometheus_client import generate_latest
from pydantic import SecretStr
from pytest_django.fixtures import Settings

from chatplatform.metrics import FOLDER, counted_together, metrics
from tests.cast import Cast
from tests.clients.people import Rest
from tests.servers.stack import Stack

TOKEN = "a-token-for-prometheus"


def status(address: str, **headers: str) -> int:
    return metrics(RequestFactory().get("/metrics", REMOTE_ADDR=address, headers=headers)).status_code


@pytest.fixture
def named(settings: Settings) -> None:
    """One network and one token."""
    more = {"metrics_addresses": ["10.0.0.0/8"], "metrics_token": SecretStr(TOKEN)}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=more)


def test_this_machine_may_read_it_and_others_may_not(settings: Settings) -> None:
    assert [status(one) for one in ("127.0.0.1", "::1", "203.0.113.7", "10.1.2.3", "")] == [200, 200, 403, 403, 403]


@pytest.mark.usefixtures("named")
def test_so_may_who_is_named_and_who_has_the_token() -> None:
    assert [status(one) for one in ("10.1.2.3", "11.1.2.3")] == [200, 403]
    assert status("203.0.113.7", Authorization=f"Bearer {TOKEN}") == 200
    assert [status("203.0.113.7", Authorization=one) for one in ("Bearer ", "Bearer guess", "")] == [403] * 3


def test_a_proxy_nobody_told_us_of_does_not_make_the_world_this_machine(settings: Settings) -> None:
    assert status("127.0.0.1", **{"X-Forwarded-For": "203.0.113.7"}) == 403
    settings.TRUSTED_PROXIES = 1
    assert status("127.0.0.1", **{"X-Forwarded-For": "203.0.113.7"}) == 403
    assert status("127.0.0.1", **{"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}) == 403
    assert status("10.0.0.1", **{"X-Forwarded-For": "127.0.0.1"}) == 200


@pytest.mark.slow
def test_a_refusal_is_counted(strict_stack: Stack, people_only: Cast) -> None:
    before = counted(strict_stack, "session", "refused")
    busy = Rest(strict_stack)
    answers = [busy.post("widget/sessions/", {"website_key": people_only.acme.website_key}) for _ in range(5)]
    refused = [one.status_code for one in answers].count(429)
    assert refused >= 1
    assert counted(strict_stack, "session", "refused") == before + refused


def counted(stack: Stack, limit: str, outcome: str) -> float:
    page = httpx2.get(f"{stack.url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, trust_env=False)
    assert page.status_code == 200
    name = f'chatplatform_rate_limited_total{{limit="{limit}",outcome="{outcome}"}} '
    lines = [line for line in page.text.splitlines() if line.startswith(name)]
    return float(lines[0].removeprefix(name)) if lines else 0.0


def test_one_look_tells_of_all_web_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that foundation/container/web.py starts count into one folder; also one that was killed since."""
    counting = "from foundation.metrics import limit_outcome; limit_outcome('session', 'refused').inc({})"
    for number in (2, 3):
        environment = {**os.environ, FOLDER: str(tmp_path)}
        subprocess.run([sys.executable, "-c", counting.format(number)], env=environment, check=True)
    alone = generate_latest(counted_together()).decode()
    monkeypatch.setenv(FOLDER, str(tmp_path))
    together = generate_latest(counted_together()).decode()
    line = 'chatplatform_rate_limited_total{limit="session",outcome="refused"} 5.0'
    assert (line in alone, line in together) == (False, True)
