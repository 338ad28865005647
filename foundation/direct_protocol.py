"""uvicorn's WebSocket protocol with a direct way for what the server says, and fewer calls to the system.

See docs/decisions/direct-writes.md for what it is worth.
"""

from __future__ import annotations

import asyncio
import sys
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote

from httptools import HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN, Protocol

from foundation.direct_writes import EXTENSION, text_frame
from foundation.upgrades import accept_of, answer, has_body, is_too_large, subprotocols_of

MOST_UNREAD = 8  # frames of a client that wait for the app; then it is read no further
MOST_AT_ONCE = 2000  # in one piece of what was read: 256 KB can hold 30 000 frames, which would be 10 MB to keep


class DirectProtocol(WebSocketsSansIOProtocol):
    """A `DirectWriter`, found in its socket's scope."""

    cut: asyncio.TimerHandle | None = None
    accept = ""  # the answer to a handshake that was read already

    def upgrade(self, http: DirectHttp, accept: str) -> None:
        """Take over a connection whose request is a plain handshake. The app says whether it is let in."""
        self.transport, self.server, self.client = http.transport, http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.connections.add(self)
        self.conn.state, self.conn.parser = OPEN, Protocol.parse(self.conn)  # of frames, not of a handshake
        next(self.conn.parser)
        self.accept, self.handshake_initiated = accept, True
        extensions: dict[str, Any] = {"websocket.http.response": {}, EXTENSION: self}
        raw_path, _, query = http.url.partition(b"?")
        self.scope = {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + unquote(raw_path.decode("ascii")),
            "raw_path": self.root_path.encode("ascii") + raw_path,
            "query_string": query,
            "headers": http.headers,
            "subprotocols": subprotocols_of(http.headers),
            "state": self.app_state.copy(),
            "extensions": extensions,
        }
        self.queue.put_nowait({"type": "websocket.connect"})
        task = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    async def send(self, message: Any) -> None:
        is_first = bool(self.accept) and not self.handshake_complete and self.initial_response is None
        if not is_first or message["type"] != "websocket.accept":
            await super().send(message)
        elif not self.transport.is_closing():
            chosen = message.get("subprotocol")
            extra = [(b"sec-websocket-protocol", chosen.encode("ascii"))] if chosen else []
            self.handshake_complete = True
            self.transport.write(answer(self.accept, [*self.default_headers, *message.get("headers", []), *extra]))
            self.start_keepalive()

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


class DirectHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which hands a socket's connection over without having its request read again."""

    piece = b""  # what was read last

    def data_received(self, data: bytes) -> None:
        self.piece = data
        super().data_received(data)

    def handle_websocket_upgrade(self) -> None:
        refusal = self._refusal()
        if refusal:
            self.send_400_response(refusal)
            return
        accept = accept_of(self.scope["method"], self.scope["http_version"], self.headers)
        if accept is None or not self.url.isascii() or self.config.ws_per_message_deflate:
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        protocol = DirectProtocol(config=self.config, server_state=self.server_state, app_state=self.app_state)
        protocol.upgrade(self, accept)
        self.transport.set_protocol(protocol)
        found = sys.exception()  # how the parser says where the request ends; uvicorn calls us while it handles that
        behind = self.piece[found.args[0] :] if isinstance(found, HttpParserUpgrade) else b""
        if behind:  # frames of a client that did not wait for the answer
            protocol.data_received(behind)

    def _refusal(self) -> str:
        """Why nothing that follows this request could be told from it, or from answers to others."""
        if is_too_large(self.url, self.headers):
            return "The request is too large."
        if has_body(self.headers):
            return "A handshake has no body."
        if self.cycle is not None and not self.cycle.response_complete:
            return "A handshake has to wait for the answer to the request before it."
        return ""
