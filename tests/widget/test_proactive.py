"""Messages that come by themselves, and the look that the owner chose: known to the page without a request."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Website
from tests.cast import new_website
from tests.dashboard.accessibility import violations
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import launcher
from tests.widget.host_page import HostPage

RULES: list[dict[str, Any]] = [
    {"message": "Never here", "page": "/checkout*", "seconds": 0, "visits": 1},
    {"message": "Only for old friends", "page": "*", "seconds": 0, "visits": 2},
    {"message": "Can I help you choose?", "page": "*", "seconds": 1, "visits": 1},
]


@pytest.fixture(scope="module")
def acme(open_database: None) -> Website:
    launcher_settings = {"position": "start", "text": "Ask us"}
    return new_website("Acme", widget={"proactive": RULES, "launcher": launcher_settings, "color_scheme": "dark"})


@pytest.fixture(scope="module")
def quiet(open_database: None) -> Website:
    return new_website("Acme", widget={"proactive": RULES[:2]})


def opened(pages: Pages, shop: HostPage) -> Page:
    page = pages(viewport={"width": 800, "height": 700})
    page.goto(shop.url())
    return page


def test_a_message_shows_itself_where_and_when_it_shall_and_the_chat_is_not_loaded_for_it(
    stack: Stack, acme: Website, pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = pages(viewport={"width": 800, "height": 700})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(shop.url())
        teaser = page.get_by_role("button", name="Can I help you choose?")
        expect(teaser).to_be_visible()
        ours = [url for url in asked if url.startswith(stack.url)]
        assert ours[0].endswith(f"/widget/{acme.website_key}.js")
        assert all("/controls-" in url for url in ours[1:]), "what shows it, when it shows itself; not the chat"
        assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
        expect(page.get_by_text("Never here")).to_have_count(0)
        expect(page.get_by_text("Only for old friends")).to_have_count(0)
        assert violations(page) == []
        teaser.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(teaser).to_have_count(0)


def test_rules_that_do_not_hold_cost_no_request(stack: Stack, quiet: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{quiet.website_key}.js") as shop:
        page = pages(viewport={"width": 800, "height": 700})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(shop.url())
        expect(launcher(page)).to_be_visible()
        page.wait_for_timeout(1500)  # the absence of a request needs a moment to be seen
        assert len([url for url in asked if url.startswith(stack.url)]) == 1


def test_a_message_that_was_closed_does_not_come_back(stack: Stack, acme: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = opened(pages, shop)
        teaser = page.get_by_role("button", name="Can I help you choose?")
        expect(teaser).to_be_visible()
        page.get_by_role("button", name="Close", exact=True).click()
        page.wait_for_timeout(1500)  # its absence needs a moment to be seen
        expect(teaser).to_have_count(0)


def test_the_launcher_looks_as_the_owner_chose(stack: Stack, acme: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = opened(pages, shop)
        button = page.get_by_role("button", name="Ask us")
        box = button.bounding_box()
        assert box is not None
        assert box["x"] < 100
        button.click()
        chat = page.frame_locator("iframe")
        expect(chat.locator("html")).to_have_attribute("data-scheme", "dark")
        expect(launcher(page)).to_have_count(0)
