"""The chat on somebody's page, as a visitor uses it, and the network between it and us."""

from __future__ import annotations

import re

from playwright.sync_api import Frame, FrameLocator, Locator, Page, WebSocketRoute, expect


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("Open chat"))


def chat_on(page: Page) -> FrameLocator:
    launcher(page).click()
    return page.frame_locator("iframe")


def say(chat: FrameLocator, text: str) -> None:
    chat.get_by_role("textbox").fill(text)
    chat.get_by_role("textbox").press("Enter")


def store(chat: FrameLocator, text: str) -> None:
    """Says it and waits until the server has it."""
    say(chat, text)
    mine = chat.locator(".message.mine").filter(has_text=text)
    expect(mine).to_have_class(re.compile("sent|delivered|read"), timeout=15_000)


def bubbles(chat: FrameLocator) -> Locator:
    return chat.locator(".message:not(.draft) .bubble")


def inner_frame(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/widget/frame/" in frame.url)


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
