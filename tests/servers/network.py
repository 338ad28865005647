"""The network between a browser page and our servers, to be cut and mended by a test."""

import re

from playwright.sync_api import Page, WebSocketRoute


class Network:
    """Cuts the page off from our sockets, or from the API as well; documents and scripts still come."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sockets: list[WebSocketRoute] = []
        self.has_sockets = True
        page.context.route_web_socket(re.compile("/ws/"), self._connect)

    def cut_sockets(self) -> None:
        self.has_sockets = False
        for socket in self.sockets:
            socket.close(code=1001)
        self.sockets.clear()

    def cut(self) -> None:
        self.page.context.route("**/api/v1/**", lambda route: route.abort())
        self.cut_sockets()

    def come_back(self) -> None:
        self.has_sockets = True
        self.page.context.unroute("**/api/v1/**")
        for frame in self.page.frames:
            frame.evaluate("dispatchEvent(new Event('online'))")

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.has_sockets:
            self.sockets.append(socket)
            socket.connect_to_server()
        else:
            socket.close(code=1001)
