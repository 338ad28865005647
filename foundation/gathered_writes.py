"""uvicorn's WebSocket protocol, with fewer system calls: what one turn of the loop sends to a socket leaves together.

A dashboard gets many frames at once when the shop is busy, and a call to the system for each would cost more than
making them does.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from foundation.direct_writes import EXTENSION, text_frame

MOST_UNREAD = 8  # frames of a client that wait for the app; then it is read no further
MOST_WAITING = 64 * 1024  # bytes; more leave at once, so that the transport can say when its reader is slow


class GatheringTransport:
    """A transport whose writes wait until the loop's next turn. Everything else goes to the transport itself."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._waiting: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST_WAITING:
            self._flush()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._waiting:
            data, self._waiting, self._size = b"".join(self._waiting), [], 0
            self._transport.write(data)


class GatheringProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, with a direct way for what the server says (foundation/direct_writes.py)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(GatheringTransport(transport, self.loop))  # type: ignore[arg-type]

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self

    def can_write(self) -> bool:
        is_open = self.handshake_complete and not self.close_sent and not self.disconnected
        return is_open and self.writable.is_set() and not self.transport.is_closing()

    def write_text(self, text: str) -> None:
        self.transport.write(text_frame(text))

    def send_receive_event_to_app(self) -> None:
        """As uvicorn's, but a client that sends one frame does not cost two calls to the system to hold its next."""
        was_paused, self.read_paused = self.read_paused, True
        super().send_receive_event_to_app()
        self.read_paused = was_paused
        if not was_paused and self.queue.qsize() >= MOST_UNREAD:
            self.read_paused = True
            self.transport.pause_reading()
