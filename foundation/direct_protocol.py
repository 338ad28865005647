"""uvicorn's WebSocket protocol with a direct way for what the server says, and fewer calls to the system.

See docs/decisions/direct-writes.md for what it is worth.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from foundation.direct_writes import EXTENSION, text_frame

MOST_UNREAD = 8  # frames of a client that wait for the app; then it is read no further
MOST_AT_ONCE = 2000  # in one piece of what was read: 256 KB can hold 30 000 frames, which would be 10 MB to keep


class DirectProtocol(WebSocketsSansIOProtocol):
    """A `DirectWriter`, found in its socket's scope."""

    cut: asyncio.TimerHandle | None = None

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
        if self.queue.qsize() > MOST_AT_ONCE and not self.close_sent:
            self._refuse_flood()

    def _refuse_flood(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        if self.handshake_complete:
            self.conn.fail(1008, "too many frames at once")
            self.handle_parser_exception()
        else:  # it did not even wait to be let in
            self.transport.abort()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The app is done. Closing waits until the client has taken what is written; some read nothing any more."""
        super().on_task_complete(task)
        if not self.disconnected:
            self.cut = self.loop.call_later(self.close_timeout, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.cut is not None:
            self.cut.cancel()
