"""One line for each thing that happened, and every line says of which request, connection or job it is."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.cast import Cast
from tests.clients.people import log_in, visit
from tests.servers.stack import PROJECT, Stack, start_stack

Line = dict[str, Any]
PREFIX = re.compile(r"\[([A-Z_]+)\]")
PATIENCE = 30.0
OURS = ("accounts", "assistant", "audit", "chatplatform", "conversations", "dashboard", "foundation", "integrations")
APPS = (*OURS, "privacy", "widget")


@pytest.fixture
def told(stack: Stack) -> Iterator[Stack]:
    """It logs in JSON, as in compose. The shared stack's worker rests: it would take the jobs of this one."""
    assert stack.worker is not None
    stack.worker.stop()
    with start_stack({"LOG_FORMAT": "json", "TRUSTED_PROXIES": "1"}, name="told") as started:
        yield started
    stack.worker.restart()


def lines(stack: Stack, which: str = "web") -> list[Line]:
    """Every line is JSON, whoever has written it; between them stand the mails that a demo without a server prints."""
    process = stack.web if which == "web" else stack.worker
    assert process is not None
    return [json.loads(line) for line in process.log_tail(100_000).splitlines() if line.startswith("{")]


def wait_for(stack: Stack, which: str = "web", **values: str) -> list[Line]:
    """Those with these values; text is compared from its beginning."""
    deadline = time.monotonic() + PATIENCE
    while not (found := [line for line in lines(stack, which) if fits(line, values)]):
        assert time.monotonic() < deadline, f"{values}\n{stack.logs(40)}"
        time.sleep(0.1)
    return found


def fits(line: Line, values: dict[str, str]) -> bool:
    return all(str(line.get(name, "")).startswith(value) for name, value in values.items())


async def test_all_that_became_of_a_connection_is_found_by_its_id(told: Stack, people_only: Cast) -> None:
    vera, ben = visit(told, people_only.acme), log_in(told, people_only.ben)
    vera.open()
    ids = {}
    async with vera.socket() as chat, ben.socket() as inbox:
        for name, socket in {"vera": chat, "ben": inbox}.items():
            ids[name] = next(frame["connection_id"] for frame in socket.seen if frame["type"] == "connected")
        await chat.say("Hello")
        await inbox.say("Hello Vera", conversation_id=vera.conversation_id)
        for connection in ids.values():
            wait_for(told, event="[WS_SEND] told", connection=connection)
    for connection in ids.values():
        wait_for(told, event="[WS_AUTH] left", connection=connection)
        events = [line["event"] for line in lines(told) if connection in str(line.get("connection", ""))]
        prefixes = [PREFIX.match(event) for event in events]
        assert {found[1] for found in prefixes if found} == {"WS_TOKEN", "WS_AUTH", "WS_SEND"}, events
        assert events[0].startswith("[WS_TOKEN] consumed")
        assert events.index("[WS_AUTH] connected") < events.index("[WS_SEND] told") < events.index("[WS_AUTH] left")
    about_sockets = [line for line in lines(told) if line["event"].startswith("[WS_AUTH]")]
    assert {line["connection"] for line in about_sockets} == set(ids.values()), "no line is without its connection"


@pytest.mark.slow
async def test_a_refused_socket_has_its_id_too(told: Stack, people_only: Cast) -> None:
    vera = visit(told, people_only.acme)
    vera.open()
    async with vera.socket(token="x" * 43, greeted=False) as chat:
        assert (await chat.closed_with())[1] == 4001
    closed = wait_for(told, event="[WS_AUTH] closed")[0]
    mine = [line["event"] for line in lines(told) if line.get("connection") == closed["connection"]]
    assert mine == ["[WS_TOKEN] refused: unknown, used or expired", "[WS_AUTH] refused", "[WS_AUTH] closed"]


@pytest.mark.slow
def test_all_that_became_of_a_request_is_found_by_its_id(told: Stack, people_only: Cast) -> None:
    vera = visit(told, people_only.acme)
    asked = vera.rest.post("auth/ws-connection-token/")
    request_id = asked.headers["X-Request-Id"]
    wait_for(told, event="[HTTP] answered", request=request_id)
    mine = [line for line in lines(told) if line.get("request") == request_id]
    assert [line["event"] for line in mine] == ["[WS_TOKEN] issued", "[WS_TOKEN_API] issued", "[HTTP] answered"]
    assert mine[-1] | {"ms": 0} == mine[-1] | {
        "ms": 0,
        "method": "POST",
        "route": "api/v1/auth/ws-connection-token/",
        "status": 201,
        "level": "info",
    }
    assert mine[-1]["timestamp"].endswith("Z")


@pytest.mark.slow
async def test_a_message_by_rest_is_told_under_its_requests_id(told: Stack, people_only: Cast) -> None:
    vera = visit(told, people_only.acme)
    vera.open()
    said = {"client_id": "0b5f6e0e-6c0b-4b9c-8f44-0d6f9f5f3a11", "content": "Hello"}
    answer = vera.rest.post(vera.path("messages/"), said)
    assert answer.status_code == 201, answer.text
    sent = wait_for(told, event="[WS_SEND] told", request=answer.headers["X-Request-Id"])
    assert sent[0]["conversation"] == vera.conversation_id


@pytest.mark.slow
def test_a_name_for_the_request_is_taken_from_a_proxy_of_ours_only(told: Stack, stack: Stack) -> None:
    given = {"X-Request-Id": "named-by-the-proxy-1"}
    for server, is_taken in ((told, True), (stack, False)):
        answer = httpx2.get(f"{server.url}/accounts/login/", headers=given, trust_env=False, timeout=30)
        assert (answer.headers["x-request-id"] == "named-by-the-proxy-1") is is_taken
    odd = httpx2.get(
        f"{told.url}/accounts/login/", headers={"X-Request-Id": 'a" level="x'}, trust_env=False, timeout=30
    )
    assert re.fullmatch("[0-9a-f]{32}", odd.headers["x-request-id"])


@pytest.mark.slow
def test_a_secret_in_a_path_is_in_no_line(told: Stack) -> None:
    secret = "c2VjcmV0-a-key-that-resets-a-password"
    answer = httpx2.get(f"{told.url}/accounts/password/reset/key/{secret}/", trust_env=False, timeout=30)
    assert answer.status_code < 500
    wait_for(told, event="[HTTP] answered", route="accounts/password/reset/key/")
    assert secret not in told.logs(100_000)


@pytest.mark.slow
def test_all_that_became_of_a_job_is_found_by_its_id(told: Stack, cast: Cast) -> None:
    vera = visit(told, cast.acme)
    vera.open("Is anybody there?")
    answered = wait_for(told, "worker", event="[AI] ")[-1]
    ended = wait_for(told, "worker", event="[JOB] ended", job=answered["job"])
    assert [(line["result"], line["attempts"]) for line in ended] == [("done", 0)]
    assert ended[0]["task"].startswith("assistant.")


def test_in_a_terminal_it_is_one_line_for_people(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    answer = vera.rest.post("auth/ws-connection-token/")
    deadline = time.monotonic() + PATIENCE
    wanted = re.compile(
        rf"^\S+Z \[info +\] \[HTTP\] answered \[foundation\.request_lines\] method=POST ms=[\d.]+"
        rf" request={answer.headers['X-Request-Id']} route=api/v1/auth/ws-connection-token/ status=201$",
        re.MULTILINE,
    )
    while not wanted.search(stack.web.log_tail(500)):
        assert time.monotonic() < deadline, stack.web.log_tail(20)
        time.sleep(0.1)


def test_every_prefix_is_documented_and_every_documented_one_is_used() -> None:
    written = (PROJECT / "docs" / "operators" / "watching.md").read_text()
    documented = set(re.findall(r"^\| `\[([A-Z_]+)\]`", written, re.MULTILINE))
    sources = [file for app in APPS for file in (PROJECT / app).rglob("*.py")]
    used = {name for file in sources for name in re.findall(r'"\[([A-Z_]+)\] [a-z]', file.read_text())}
    assert used == documented


def test_in_compose_it_is_json() -> None:
    assert "  LOG_FORMAT: ${LOG_FORMAT:-json}\n" in (PROJECT / "docker-compose.yml").read_text()
