"""Vera's and Ben's browser windows on an installation of the demo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import FrameLocator, Page, WebSocket, expect

from tests.clients.windows import Site, ask, expect_silence_of_the_ai, open_inbox, open_widget, reply
from tests.servers.chromium import NO_BROWSER, Chromium, find_chromium
from tests.servers.pages import Pages

PATIENCE = 75_000.0  # ms; after an outage a list is put right within a minute, whatever was missed


@dataclass
class Windows:
    inbox: Page
    shop: Page
    widget: FrameLocator
    said: list[str] = field(default_factory=list)
    conversation: str = ""

    def __post_init__(self) -> None:
        self.shop.on("websocket", self._note_conversation)

    def visitor_asks(self, text: str) -> None:
        ask(self.widget, text)
        self.said.append(text)
        if len(self.said) == 1:
            self.open_the_conversation()

    def open_the_conversation(self) -> None:
        """It is in Ben's list, by itself."""
        while not self.conversation:
            self.shop.wait_for_event("websocket", timeout=PATIENCE)
        self.inbox.locator(f"#conversation-list a[href*='{self.conversation}']").click(timeout=PATIENCE)
        expect(self.inbox.get_by_role("log")).to_contain_text(self.said[0], timeout=PATIENCE)

    def agent_replies(self, text: str) -> None:
        reply(self.inbox, text)
        self.said.append(text)

    def both_show(self, text: str) -> None:
        for log in (self.widget.get_by_role("log"), self.inbox.get_by_role("log")):
            expect(log).to_contain_text(text, timeout=PATIENCE)

    def ai_stays_silent(self) -> None:
        expect_silence_of_the_ai(self.widget, self.inbox)

    def nothing_is_doubled(self) -> None:
        for log in (self.widget.get_by_role("log"), self.inbox.get_by_role("log")):
            shown = log.inner_text()
            times = Counter({text: shown.count(text) for text in self.said})
            assert set(times.values()) == {1}, times

    def _note_conversation(self, socket: WebSocket) -> None:
        self.conversation = socket.url.partition("/ws/chat/")[2].partition("/")[0]


@contextmanager
def two_windows(site: Site) -> Iterator[Windows]:
    program = find_chromium()
    if program is None:
        raise SystemExit(NO_BROWSER)
    with Chromium(program) as chromium, chromium.in_use():
        pages = Pages(chromium.browser, "compose")
        inbox = open_inbox(pages, site)
        shop, widget = open_widget(pages, site)
        try:
            yield Windows(inbox, shop, widget)
        except BaseException:
            pages.save_evidence()
            raise
        assert not pages.errors, pages.errors
        pages.close()
