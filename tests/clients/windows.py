"""The demo in two browser windows: Ben's inbox, and the chat in a shop. For any installation, by its address."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.servers.pages import Pages

AGENT, PASSWORD = "agent@acme.test", "demo-pass-2026"
INBOX = {"width": 1440, "height": 900}


class Site(Protocol):
    """Where the product runs."""

    @property
    def url(self) -> str: ...

    @property
    def shop_url(self) -> str:
        """Another site to a browser, as a customer's shop is."""


def open_inbox(pages: Pages, site: Site) -> Page:
    page = pages(viewport=INBOX)
    page.goto(site.url + "/live-chat/")
    page.get_by_label("Email").fill(AGENT)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()
    return page


def open_widget(pages: Pages, site: Site) -> tuple[Page, FrameLocator]:
    page = pages(viewport={"width": 1280, "height": 860})
    page.goto(site.shop_url + "/demo/demo-acme/")
    page.get_by_role("button", name="chat").first.click()
    return page, page.frame_locator("iframe")


def ask(widget: FrameLocator, text: str) -> None:
    box = widget.get_by_role("textbox")
    box.fill(text)
    box.press("Enter")


def reply(inbox: Page, text: str) -> None:
    inbox.get_by_role("textbox", name="Reply").fill(text)
    inbox.get_by_role("button", name="Send").click()


def answer(widget: FrameLocator) -> Locator:
    return widget.get_by_role("log")


def expect_silence_of_the_ai(widget: FrameLocator, inbox: Page) -> None:
    """A worker that meant to answer has had its chance, and nothing came."""
    said = widget.get_by_role("log").get_by_text("AI", exact=True).count()
    widget.get_by_role("textbox").press("End")
    inbox.wait_for_timeout(1500)  # the absence of an answer needs a moment to be seen
    assert widget.get_by_role("log").get_by_text("AI", exact=True).count() == said
    expect(widget.get_by_role("button", name="Stop")).to_have_count(0)
