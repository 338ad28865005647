"""A way from an event to its sockets without a task, a queue or a frame made anew for each.

It exists where our own protocol serves the socket (foundation/direct_protocol.py, docs/decisions/direct-writes.md).
Under Daphne or in a test there is none, and everything goes through ASGI's `send`.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

EXTENSION = "chatplatform.direct"  # where in a socket's scope


class DirectWriter(Protocol):
    def can_write(self) -> bool:
        """Whether the connection is open and its client reads as fast as we write."""
        ...

    def write_text(self, text: str) -> None:
        """Send a text frame. Only where `can_write`."""
        ...


def direct_writer(scope: dict[str, Any]) -> DirectWriter | None:
    return cast("DirectWriter | None", scope.get("extensions", {}).get(EXTENSION))


class _Last:
    text, frame = "", b"\x81\x00"


def text_frame(text: str) -> bytes:
    """A server's whole text frame (RFC 6455, 5.2: unmasked). One text goes to many sockets in a row: it is kept."""
    if text is not _Last.text:
        data = text.encode()
        size = len(data)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65536:
            head = b"\x81\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        _Last.text, _Last.frame = text, head + data
    return _Last.frame
