"""A handshake that we answer ourselves is one that the WebSocket library would have answered in the same way."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from foundation.upgrades import accept_of
from tests.clients.people import Visitor
from tests.servers.stack import Stack

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455, 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
PLAIN = [
    (b"host", b"shop.example"),
    (b"upgrade", b"websocket"),
    (b"connection", b"Upgrade"),
    (b"sec-websocket-key", KEY),
    (b"sec-websocket-version", b"13"),
]
ODD = {
    "another version": ("GET", [*PLAIN[:4], (b"sec-websocket-version", b"8")], "400"),
    "no key": ("GET", [*PLAIN[:3], PLAIN[4]], "400"),
    "two keys": ("GET", [*PLAIN, (b"sec-websocket-key", KEY)], "400"),
    "a short key": ("GET", [*PLAIN[:3], (b"sec-websocket-key", b"dGhl"), PLAIN[4]], "400"),
    "no base64": ("GET", [*PLAIN[:3], (b"sec-websocket-key", b"!" * 24), PLAIN[4]], "400"),
    "another method": ("POST", PLAIN, "405"),
    "a very long header": ("GET", [*PLAIN, (b"x-long", b"x" * 9000)], "400"),
    "a body": ("GET", [*PLAIN, (b"content-length", b"4")], "400"),
    "a body in pieces": ("GET", [*PLAIN, (b"transfer-encoding", b"chunked")], "400"),
    "very many headers": ("GET", [*PLAIN, *[(b"x-many", b"x")] * 130], "400"),
}


@pytest.fixture(scope="session")
def each_stack(stack: Stack) -> Stack:
    """Daphne reads handshakes in its own way."""
    return stack


def by_the_library(method: str, headers: list[tuple[bytes, bytes]]) -> str | None:
    request = Request("/", Headers([(name.decode(), value.decode()) for name, value in headers]), method)
    response = ServerProtocol().accept(request)
    return response.headers["Sec-WebSocket-Accept"] if response.status_code == 101 else None


def test_the_answer_is_that_of_the_standard() -> None:
    assert accept_of("GET", "1.1", PLAIN) == ACCEPT == by_the_library("GET", PLAIN)


@pytest.mark.parametrize("connection", [b"Upgrade", b"upgrade", b"keep-alive, Upgrade"])
def test_what_browsers_say_is_a_plain_handshake(connection: bytes) -> None:
    assert accept_of("GET", "1.1", [*PLAIN[:2], (b"connection", connection), *PLAIN[3:]]) == ACCEPT


values = st.sampled_from([b"websocket", b"WebSocket", b"Upgrade", b"keep-alive, Upgrade", b"13", b"8", KEY, b"", b"x"])
headers = st.lists(st.tuples(st.sampled_from([name for name, _ in PLAIN]), values), max_size=7)


@given(method=st.sampled_from(["GET", "POST"]), more=headers, kept=st.lists(st.sampled_from(PLAIN), max_size=6))
def test_we_answer_nothing_that_the_library_refuses(
    method: str, more: list[tuple[bytes, bytes]], kept: list[tuple[bytes, bytes]]
) -> None:
    ours = accept_of(method, "1.1", [*kept, *more])
    assert ours is None or ours == by_the_library(method, [*kept, *more])


async def answered(vera: Visitor, method: str, lines: list[tuple[bytes, bytes]], path: str) -> str:
    """The first line and the headers of what the server says."""
    reader, writer = await asyncio.open_connection("127.0.0.1", vera.stack.port)
    written = b"".join(name + b": " + value + b"\r\n" for name, value in lines)
    writer.write(f"{method} {path} HTTP/1.1\r\n".encode() + written + b"\r\n")
    try:
        async with asyncio.timeout(10):
            return (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    finally:
        writer.close()


@pytest.mark.parametrize("case", ODD)
async def test_an_odd_handshake_is_refused(vera: Visitor, case: str) -> None:
    method, lines, status = ODD[case]
    said = await answered(vera, method, lines, f"/ws/chat/{vera.conversation_id}/")
    assert said.startswith(f"http/1.1 {status} "), said


async def test_a_path_that_is_very_long_is_refused(vera: Visitor) -> None:
    assert (await answered(vera, "GET", PLAIN, "/ws/" + "x" * 9000)).startswith("http/1.1 400 ")


async def test_a_plain_one_is_answered_in_one_piece(vera: Visitor) -> None:
    said = await answered(vera, "GET", [*PLAIN, (b"sec-websocket-protocol", b"a, chat.v1")], "/ws/chat/x/")
    assert said.startswith("http/1.1 101 switching protocols\r\n")
    assert f"\r\nsec-websocket-accept: {ACCEPT.lower()}\r\n" in said
    assert "\r\nsec-websocket-protocol: chat.v1\r\n" in said


def request(path: str, lines: list[tuple[bytes, bytes]]) -> bytes:
    return f"GET {path} HTTP/1.1\r\n".encode() + b"".join(b"%b: %b\r\n" % line for line in lines) + b"\r\n"


async def read_all(vera: Visitor, written: bytes, until: bytes) -> bytes:
    """What the server says, up to these words or its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", vera.stack.port)
    writer.write(written)
    said = b""
    try:
        async with asyncio.timeout(20):
            while until not in said and (more := await reader.read(65536)):
                said += more
    finally:
        writer.close()
    return said


async def test_what_comes_right_behind_a_handshake_is_heard(vera: Visitor) -> None:
    path = f"/ws/chat/{vera.conversation_id}/?connection_token={vera.rest.connection_token()}"
    client = ClientProtocol(parse_uri("ws://shop.example/"))
    client.state = OPEN
    client.send_text(b'{"type": "ping"}')
    said = await read_all(vera, request(path, PLAIN) + b"".join(client.data_to_send()), until=b'{"type":"pong"}')
    assert said.endswith(b'{"type":"pong"}')


async def test_a_handshake_does_not_overtake_the_answer_to_the_request_before_it(vera: Visitor) -> None:
    """Whoever shares a connection, as proxies may, would take the one's answer for the other's."""
    both = request("/health/live/", PLAIN[:1]) + request(f"/ws/chat/{vera.conversation_id}/", PLAIN)
    assert b" 101 " not in await read_all(vera, both, until=b"connected")
