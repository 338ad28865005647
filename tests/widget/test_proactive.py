"""Messages that come by themselves, and the look that the owner chose: known to the page without the chat."""

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

HELP, STAYED = "Can I help you choose?", "Still looking?"
RULES: list[dict[str, Any]] = [
    {"message": "Never here", "page": "/checkout*", "seconds": 0, "visits": 1},
    {"message": "Welcome back a third time", "page": "*", "seconds": 0, "visits": 3},
    {"message": "Only for old friends", "page": "*", "seconds": 0, "visits": 2},
    {"message": HELP, "page": "*", "seconds": 0, "visits": 1},
    {"message": STAYED, "page": "*", "seconds": 1, "visits": 1},
]
LOOK = {"launcher": {"position": "start", "text": "Ask us"}, "color_scheme": "dark"}
KEPT = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"


@pytest.fixture(scope="module")
def acme(open_database: None) -> Website:
    return new_website("Acme", widget={"proactive": RULES, **LOOK})


@pytest.fixture(scope="module")
def german(open_database: None) -> Website:
    """English, with words in German."""
    texts = {"de": {"launcher_text": "Frag uns", "proactive": {"a": "Kann ich helfen?"}}}
    rule = {"key": "a", "message": "Can I help?", "seconds": 0}
    return new_website("Acme", widget={"proactive": [rule], "launcher": {"text": "Ask us"}, "texts": texts})


@pytest.fixture(scope="module")
def quiet(open_database: None) -> Website:
    return new_website("Acme", widget={"proactive": RULES[:3]})


@pytest.fixture(scope="module")
def careful(open_database: None) -> Website:
    return new_website("Acme", widget={"proactive": RULES, "consent": {"enabled": True}})


def opened(pages: Pages, shop: HostPage) -> Page:
    page = pages(viewport={"width": 800, "height": 700})
    page.goto(shop.url())
    return page


def message(page: Page, text: str) -> Any:
    return page.get_by_role("button", name=text)


def send_away(page: Page) -> None:
    page.get_by_role("button", name="Close", exact=True).click()


def test_a_message_shows_itself_where_and_when_it_shall_and_the_chat_is_not_loaded_for_it(
    stack: Stack, acme: Website, pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = pages(viewport={"width": 800, "height": 700})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(shop.url())
        expect(message(page, HELP)).to_be_visible()
        script = f"{stack.url}/widget/{acme.website_key}.js"
        assert [url for url in asked if url.startswith(stack.url)] == [script, f"{script}?rules"]
        assert page.evaluate(KEPT) == 0
        for absent in ("Never here", "Only for old friends", STAYED):
            expect(page.get_by_text(absent)).to_have_count(0)
        assert violations(page) == []
        message(page, HELP).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(message(page, HELP)).to_have_count(0)


@pytest.mark.slow
def test_the_button_and_the_message_are_said_in_the_visitors_language(
    stack: Stack, german: Website, pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{german.website_key}.js") as shop:
        for locale, words, message in (("de-AT", "Frag uns", "Kann ich helfen?"), ("fr", "Ask us", "Can I help?")):
            page = pages(viewport={"width": 800, "height": 700})
            page.add_init_script(f"window.chatPlatformSettings = {{locale: '{locale}'}}")
            page.goto(shop.url())
            expect(page.get_by_role("button", name=message)).to_be_visible()
            expect(page.get_by_role("button", name=words).locator("span").first).to_have_text(words)
        page.evaluate("ChatPlatform.setLocale('de')")
        expect(page.get_by_role("button", name="Frag uns").locator("span").first).to_have_text("Frag uns")


def test_rules_that_do_not_hold_bring_in_nothing_but_themselves(stack: Stack, quiet: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{quiet.website_key}.js") as shop:
        page = pages(viewport={"width": 800, "height": 700})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(shop.url())
        expect(launcher(page)).to_be_visible()
        page.wait_for_timeout(1500)  # the absence of a request needs a moment to be seen
        assert len([url for url in asked if url.startswith(stack.url)]) == 2
        assert page.evaluate(KEPT) == 0


@pytest.mark.slow
def test_a_message_that_was_sent_away_is_not_there_on_the_next_page(stack: Stack, acme: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = opened(pages, shop)
        expect(message(page, HELP)).to_be_visible()
        send_away(page)
        expect(message(page, HELP)).to_have_count(0)
        page.reload()
        expect(message(page, STAYED)).to_be_visible()  # the next one's turn, which comes after it
        expect(message(page, HELP)).to_have_count(0)


def test_who_was_asked_to_agree_and_has_not_is_not_noted_down(stack: Stack, careful: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{careful.website_key}.js") as shop:
        page = opened(pages, shop)
        expect(message(page, HELP)).to_be_visible()
        send_away(page)
        expect(message(page, HELP)).to_have_count(0)
        assert page.evaluate(KEPT) == 0
        page.reload()
        expect(message(page, HELP)).to_be_visible()
        assert page.evaluate(KEPT) == 0


@pytest.mark.slow
def test_a_visit_is_all_the_pages_of_a_tab_until_a_long_pause(stack: Stack, acme: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = opened(pages, shop)
        message(page, HELP).click()  # who has used the chat is counted
        expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
        page.wait_for_function("Object.keys(localStorage).some(key => key.split(':').length === 2)")
        page.frame_locator("iframe").get_by_role("button", name="Close chat").click()
        for _ in range(3):  # many pages, one visit
            page.reload()
            expect(message(page, STAYED)).to_be_visible()
        other = page.context.new_page()
        other.goto(shop.url())  # a second one
        expect(message(other, "Only for old friends")).to_be_visible()
        other.reload()
        expect(message(other, "Only for old friends")).to_be_visible()
        other.add_init_script("const now = Date.now; Date.now = () => now() + 31 * 60_000")
        other.reload()  # half an hour later
        expect(message(other, "Welcome back a third time")).to_be_visible()


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
