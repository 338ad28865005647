"""A customer's address leads to the public internet, or nowhere."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from foundation import outgoing
from foundation.outgoing import AddressRefused, close_http_clients, http_client, is_public, public_address


@pytest.fixture(autouse=True)
async def closed_at_the_end() -> AsyncIterator[None]:
    yield
    await close_http_clients()


def name_server(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Each look-up of any name gets the next of these answers."""
    waiting = list(answers)

    async def look_up(name: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in waiting.pop(0)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up, raising=False)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1"),
        *(
            "fec0::1",
            "feff::1",
            "::127.0.0.1",
            "::ffff:0:7f00:1",
            "5f00::1",
            "100::1",
            "4000::1",
            "::ffff:169.254.169.254",
        ),
    ],
)
def test_these_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "104.18.7.192", "2606:4700::6812:7c0", "::ffff:1.1.1.1"])
def test_these_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1"])
async def test_this_machine_is_not_reached_by_any_of_its_names(host: str) -> None:
    with pytest.raises(AddressRefused):
        await http_client(public_only=True).get(f"http://{host}:9/")


async def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name_server(monkeypatch, ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        await public_address("ai.example.com", 443)


async def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers differently the second time is not asked a second time."""
    asked: list[httpx2.Request] = []

    async def note(self: Any, request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200)

    client = http_client(public_only=True)
    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", note)
    name_server(monkeypatch, ["1.1.1.1"], ["127.0.0.1"])
    await client.get("https://ai.example.com/v1")
    (request,) = asked
    assert (request.url.host, request.headers["host"]) == ("1.1.1.1", "ai.example.com")
    assert request.extensions["sni_hostname"] == "ai.example.com"


async def test_a_name_that_leads_nowhere_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    name_server(monkeypatch, [])
    with pytest.raises(AddressRefused):
        await public_address("nowhere.invalid", 443)


async def test_a_name_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lambda *_, **__: asyncio.sleep(5), raising=False)
    with pytest.raises(httpx2.ConnectError):
        await public_address("ai.example.com", 443)


async def test_an_operators_own_address_may_be_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(httpx2.ConnectError):  # and so it was tried
        await http_client(public_only=False).get("http://127.0.0.1:9/")
