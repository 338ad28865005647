"""The socket of a page's chat, between it and the server."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, WebSocketRoute


class Wire:
    """A test hears what the page says, and may speak as well: it holds a moment still that would pass by itself."""

    def __init__(self, page: Page) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.said: list[str] = []
        page.context.route_web_socket(re.compile("/ws/chat/"), self._connect)

    def tell(self, **frame: Any) -> None:
        """A frame, as the server would send it."""
        [_, conversation, _] = self.sockets[-1].url.partition("?")[0].rsplit("/", 2)
        self.sockets[-1].send(json.dumps({"conversation_id": conversation, **frame}))

    def _connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            self.said.append(json.loads(text)["type"])
            server.send(text)

        socket.on_message(pass_on)
        self.sockets.append(socket)
