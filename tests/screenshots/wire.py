"""The chat's socket, on which a moment can be held still that would pass by itself."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.servers.network import Network

SOME_WORDS = 60  # characters of an answer, after which it is held


class Wire(Network):
    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.is_holding = False
        self.held: list[str] = []

    def tell(self, **frame: Any) -> None:
        """A frame, as the server would send it."""
        [_, conversation, _] = self.sockets[-1].url.partition("?")[0].rsplit("/", 2)
        self.sockets[-1].send(json.dumps({"conversation_id": conversation, **frame}))

    def let_go(self) -> None:
        self.is_holding = False
        for text in self.held:
            self.sockets[-1].send(text)
        self.held.clear()

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.has_sockets:
            self.sockets.append(socket)
            socket.connect_to_server().on_message(lambda text: self._pass_on(socket, str(text)))
        else:
            socket.close(code=1001)

    def _pass_on(self, socket: WebSocketRoute, text: str) -> None:
        frame = json.loads(text)
        is_enough = frame["type"] == "chunk" and len(frame["content"]) > SOME_WORDS
        is_whole = frame["type"] == "new_message" and frame["message"]["role"] == "assistant"
        if self.is_holding and (is_enough or is_whole or self.held):
            self.held.append(text)
        else:
            socket.send(text)
