"""The opening handshake of a WebSocket, read once (RFC 6455, 4.2).

uvicorn parses the request, writes it out again and has the WebSocket library parse that: a quarter of what a socket
cost us. Here its headers, which are parsed already, are answered. Anything that is not a plain handshake goes uvicorn's
way, which knows how to refuse it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection

from websockets.utils import accept_key

Headers = Collection[tuple[bytes, bytes]]  # names in lower case
KEY_BYTES = 16
MOST_HEADERS, LONGEST = 100, 8000  # the WebSocket library's limits are a little higher
NAMES = (b"sec-websocket-key", b"sec-websocket-version", b"upgrade", b"connection")


def is_too_large(url: bytes, headers: Headers) -> bool:
    """More than any browser says. The library stops reading at it without a word, and uvicorn then waits for ever."""
    return len(headers) > MOST_HEADERS or len(url) > LONGEST or any(len(value) > LONGEST for _, value in headers)


def has_body(headers: Headers) -> bool:
    """Which a proxy may take for the body, and we for frames."""
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers)


def accept_of(method: str, http_version: str, headers: Headers) -> str | None:
    """What `Sec-WebSocket-Accept` answers a plain handshake with; None where the request is anything else."""
    found = [(name, value) for name, value in headers if name in NAMES]
    named = dict(found)
    if not len(found) == len(named) == len(NAMES) or (method, http_version) != ("GET", "1.1"):
        return None
    is_upgrade = named[b"upgrade"].lower() == b"websocket" and b"upgrade" in tokens(named[b"connection"].lower())
    key = named[b"sec-websocket-key"]
    if not is_upgrade or named[b"sec-websocket-version"] != b"13" or not _is_key(key):
        return None
    return accept_key(key.decode("ascii"))


def answer(accept: str, headers: Headers) -> bytes:
    """The whole response that opens the socket."""
    lines = [b"HTTP/1.1 101 Switching Protocols", b"upgrade: websocket", b"connection: Upgrade"]
    lines.append(b"sec-websocket-accept: " + accept.encode("ascii"))
    lines += [name.lower() + b": " + value for name, value in headers]
    return b"\r\n".join((*lines, b"", b""))


def subprotocols_of(headers: Headers) -> list[str]:
    """What the client offers, in its order."""
    lines = [value for name, value in headers if name == b"sec-websocket-protocol"]
    return [name.decode("latin-1") for line in lines for name in tokens(line)]


def tokens(value: bytes) -> list[bytes]:
    """A header's list (RFC 9110, 5.6.1)."""
    return [one.strip() for one in value.split(b",")]


def _is_key(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except binascii.Error:
        return False
