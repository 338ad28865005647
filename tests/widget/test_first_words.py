"""What Vera types first is in the composer or in the list, whatever is still on its way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import Website
from tests.cast import new_website
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on, launcher, say
from tests.widget.held import PICTURE, Held
from tests.widget.host_page import HostPage

SENT = re.compile("sent|delivered|read")
# What a browser asks for on the way to a first message, in this order.
STEPS = ["script", "document", "window", "composer", "list", "picture", "session", "token", "message"]
FOCUSED = "[...document.querySelectorAll('*')].find((one) => one.shadowRoot).shadowRoot.activeElement?.tagName"
GIVE_UP = 6000  # milliseconds after which the page gives up a window that has said nothing


@pytest.fixture(scope="module")
def acme(open_database: None) -> Website:
    return new_website("Acme", ai_enabled=False, avatar_url=PICTURE)


@pytest.fixture(scope="module")
def shop(stack: Stack, acme: Website) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as page:
        yield page


def slow_down(page: Page, times: int) -> None:
    """As on a cheap telephone; the page, not the window, which is in a process of its own."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def expect_kept(chat: FrameLocator, text: str) -> None:
    """Wherever it is: in the list, or where it was typed."""
    shown = chat.locator(".message.mine, .early").filter(has_text=text)
    expect(shown.or_(chat.locator(f'.grows[data-content="{text}"]'))).to_have_count(1)


def test_who_types_as_soon_as_the_window_is_there_types_into_it(shop: HostPage, pages: Pages) -> None:
    """While the browser puts the chat's document into its place it may forget who has the keyboard."""
    page = pages()
    document = Held(page, "document")
    page.goto(shop.url())
    launcher(page).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(FOCUSED) == "BUTTON"  # the launcher still
    document.let_go()
    chat = page.frame_locator("iframe")
    expect(chat.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(chat.locator(".message.mine")).to_have_class(SENT)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_first_message_is_kept_while_a_step_takes_its_time(shop: HostPage, pages: Pages, step: str) -> None:
    page = pages()
    held = Held(page, step)
    page.goto(shop.url())
    chat = page.frame_locator("iframe")
    launcher(page).click()
    if step in ("script", "document", "window", "composer"):  # there is nothing to type into yet
        page.wait_for_timeout(500)
        held.let_go()
    expect(chat.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("That is all")
    page.keyboard.press("Enter")
    expect(chat.get_by_role("textbox")).to_have_value("")
    expect_kept(chat, "That is all")
    if step == "picture":  # no reason to give the window up
        page.wait_for_timeout(GIVE_UP)
        expect_kept(chat, "That is all")
    held.let_go()
    expect(chat.locator(".message.mine")).to_have_class(SENT)
    expect(chat.get_by_text("That is all")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "times", [1, pytest.param(8, marks=pytest.mark.longest), pytest.param(20, marks=pytest.mark.longest)]
)
def test_a_first_message_is_kept_on_slow_machines_round_after_round(shop: HostPage, pages: Pages, times: int) -> None:
    for number in range(12):
        page = pages()
        slow_down(page, times)
        page.goto(shop.url())
        chat = chat_on(page)
        say(chat, f"Round {number}")
        expect_kept(chat, f"Round {number}")
        expect(chat.locator(".message.mine")).to_have_class(SENT)
        page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1, 3, 7])
@pytest.mark.parametrize("step", ["list", "picture", "session", "token", "message"])
def test_a_first_message_is_kept_for_as_long_as_a_step_takes(
    shop: HostPage, pages: Pages, step: str, seconds: int
) -> None:
    page = pages()
    held = Held(page, step)
    page.goto(shop.url())
    chat = chat_on(page)
    say(chat, "That is all")
    for _ in range(seconds * 4):
        expect_kept(chat, "That is all")
        page.wait_for_timeout(250)
    held.let_go()
    expect(chat.locator(".message.mine")).to_have_class(SENT)
