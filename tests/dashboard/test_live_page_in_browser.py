"""Where a visitor is at this moment, as they walk through a shop with the inbox open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.dashboard.inboxes import OpenInbox, entries, rows
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on, store
from tests.widget.host_page import NEAR, HostPage

SHOP = """<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head>
<body><main><h1>Shop</h1></main><script>document.title = "At " + location.pathname</script>
<script async src="{script}"></script></body></html>"""


@pytest.fixture
def shop(stack: Stack, people_only: Cast) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{people_only.acme.website_key}.js", page=SHOP) as page:
        yield page


def test_the_panel_follows_the_visitor_from_page_to_page(shop: HostPage, open_inbox: OpenInbox, pages: Pages) -> None:
    inbox, mallory = open_inbox("Ben"), open_inbox("Mallory")
    browser = pages()
    browser.goto(shop.url(NEAR) + "tents")
    store(chat_on(browser), "Which tent for two?")
    rows(inbox).first.click()
    expect(entries(inbox)).to_have_count(1)
    panel = inbox.get_by_role("complementary", name="Details")
    expect(panel.get_by_role("link", name="At /tents")).to_have_attribute("href", shop.url(NEAR) + "tents")
    inbox.evaluate("window.isTheSamePage = true")
    for place in ("boots", "basket"):
        browser.goto(shop.url(NEAR) + place)
        expect(panel.get_by_role("link", name=f"At /{place}")).to_have_attribute("href", shop.url(NEAR) + place)
    assert inbox.evaluate("window.isTheSamePage") is True
    expect(mallory.get_by_text("At /")).to_have_count(0)
