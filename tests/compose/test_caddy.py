"""The Caddyfile of production, tried with a real Caddy in front of two web servers: TLS, sockets, addresses."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process
from tests.cast import Cast
from tests.clients.sockets import Socket
from tests.servers.caddy import CADDY, NO_CADDY, caddy, trust_in_caddy
from tests.servers.stack import Stack, start_stack

PATIENCE = 40.0
CDN, VISITOR = "127.0.0.2", "127.0.0.3"  # two of this machine
pytestmark = pytest.mark.skipif(CADDY is None, reason=NO_CADDY)


@dataclass(frozen=True)
class Front:
    """What browsers see."""

    port: int
    http_port: int
    trust: ssl.SSLContext
    behind: Stack
    caddy: Process

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def post(self, path: str, body: dict[str, str], token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/api/v1/{path}"
        answer = httpx2.post(url, json=body, headers=headers, verify=self.trust, trust_env=False, timeout=30)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(self.url + path, headers=headers, verify=self.trust, trust_env=False, timeout=30)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    with caddy_in_front(tmp_path) as front:
        yield front


@contextmanager
def caddy_in_front(tmp_path: Path, cdn: str = "", proxies: int = 1) -> Iterator[Front]:
    port, http_port = free_port(), free_port()
    settings = {"PUBLIC_URL": f"https://localhost:{port}", "TRUSTED_PROXIES": str(proxies)}
    settings |= {"LIMIT_SESSIONS_PER_MINUTE": "3", "REDIS_PREFIX": f"caddy-{port}"}  # so each test counts for itself
    with (
        start_stack(settings, worker=False, name="behind-caddy") as behind,
        caddy(port, http_port, tmp_path, ("localhost", behind.port), cdn=cdn) as it,
    ):
        it.wait_until_ready()
        front = Front(port, http_port, trust_in_caddy(tmp_path), behind, it)
        wait_until(lambda: answers(front), it)
        yield front


def answers(front: Front) -> bool:
    try:
        return front.get("/health/live/").status_code == 200
    except httpx2.HTTPError:
        return False


def wait_until(is_so: Callable[[], bool], process: Process) -> None:
    deadline = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < deadline, process.log_tail()
        sleep(0.1)


def test_pages_come_encrypted_and_plain_requests_are_sent_there(front: Front) -> None:
    page = front.get("/accounts/login/")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"]
    plain = httpx2.get(f"http://localhost:{front.http_port}/accounts/login/", trust_env=False)
    assert plain.status_code in (301, 308)
    assert plain.headers["location"].startswith("https://localhost")


@pytest.mark.slow
def test_figures_are_for_nobody_outside(front: Front) -> None:
    for path in ("/metrics", "/metrics/"):
        assert front.get(path).status_code == 404
        assert front.get(path, **{"X-Forwarded-For": "127.0.0.1"}).status_code == 404


@pytest.mark.slow
def test_a_stranger_chooses_neither_their_address_nor_the_name_in_the_log(front: Front, people_only: Cast) -> None:
    given = {"website_key": people_only.acme.website_key}
    statuses = []
    for number in range(6):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Request-Id": "chosen-by-a-stranger"}
        url = f"{front.url}/api/v1/widget/sessions/"
        answer = httpx2.post(url, json=given, headers=headers, verify=front.trust, trust_env=False, timeout=30)
        statuses.append(answer.status_code)
        assert answer.headers["x-request-id"] != "chosen-by-a-stranger"
        assert f"request={answer.headers['x-request-id']}" in front.behind.logs(200)
    assert 429 in statuses, "all of them came from one address"


@pytest.mark.slow
def test_behind_a_cdn_each_visitor_has_an_address_of_their_own_and_chooses_none(
    tmp_path: Path, people_only: Cast
) -> None:
    """What comes from CDN is what a CDN sends: the visitor's address behind whatever the visitor wrote there."""
    with caddy_in_front(tmp_path, cdn=f"{CDN} 2001:db8::/32", proxies=2) as front:
        key = people_only.acme.website_key
        assert begin(front, key, CDN, [f"203.0.113.{number}" for number in range(6)]) == [201] * 6
        assert 429 in begin(front, key, CDN, [f"192.0.2.{number}, 198.51.100.7" for number in range(6)])
        assert 429 in begin(front, key, VISITOR, [f"203.0.113.{number}" for number in range(100, 106)])
        assert begin(front, key, CDN, ["203.0.113.200"]) == [201], "the others are not meant"


@pytest.mark.slow
@pytest.mark.parametrize(("cdn", "proxies"), [(CDN, 1), ("", 2)])
def test_where_only_half_is_set_nobody_chooses_an_address_either(
    tmp_path: Path, people_only: Cast, cdn: str, proxies: int
) -> None:
    with caddy_in_front(tmp_path, cdn, proxies) as front:
        for number, peer in enumerate((CDN, VISITOR)):
            forged = [f"203.0.113.{number}{each}, 203.0.113.{each}" for each in range(6)]
            assert 429 in begin(front, people_only.acme.website_key, peer, forged)


def begin(front: Front, key: str, peer: str, forwarded_for: list[str]) -> list[int]:
    """The statuses of as many sessions, asked for from the address `peer`."""
    way = httpx2.HTTPTransport(verify=front.trust, local_address=peer)
    with httpx2.Client(transport=way, base_url=front.url, timeout=30) as http:
        return [
            http.post(
                "/api/v1/widget/sessions/", json={"website_key": key}, headers={"X-Forwarded-For": said}
            ).status_code
            for said in forwarded_for
        ]


@pytest.mark.slow
async def test_people_chat_through_it(front: Front, people_only: Cast) -> None:
    vera = front.post("widget/sessions/", {"website_key": people_only.acme.website_key})["visitor_token"]
    conversation = front.post("widget/conversations/", {}, vera)["conversation"]["id"]
    url = f"wss://localhost:{front.port}/ws/chat/{conversation}/"
    tokens = [front.post("auth/ws-connection-token/", {}, vera)["connection_token"] for _ in range(2)]
    first, second = (Socket(url, token=token, ssl=front.trust, greeted=True) for token in tokens)
    async with first, second:
        said = await first.say("Seen in both windows")
        assert (await second.expect("new_message"))["rev"] == said["rev"]
