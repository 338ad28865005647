"""The inbox by keyboard, on a phone, and by its switches."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.dashboard.inboxes import PHONE, OpenInbox, address, asking, entries, rows, say
from tests.servers.pages import Pages
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    """Vera has a question, and no AI answers it."""
    return asking(stack, people_only)


def test_the_keyboard_reaches_everything(open_inbox: OpenInbox, stack: Stack, people_only: Cast, vera: Visitor) -> None:
    visit(stack, people_only.acme).open("Second")
    page = open_inbox()
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("j")
    expect(rows(page).first).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    expect(rows(page).nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(rows(page).first).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_be_focused()
    page.keyboard.type("jjj")
    expect(page.locator("#composer")).to_have_value("jjj")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_label("Note for your team")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search conversations")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{stack.url}/live-chat/")


def test_single_keys_can_be_switched_off(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox()
    page.keyboard.press("?")
    page.get_by_role("switch", name="Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/live-chat/$"))


@pytest.mark.slow
def test_search_finds_what_was_resolved(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    expect(entries(page)).to_have_count(1)
    page.keyboard.press("e")
    expect(rows(page)).to_have_count(0)
    page.get_by_label("Search conversations").fill("my order")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text("Resolved")
    page.get_by_label("Search conversations").fill("nothing like it")
    expect(page.get_by_text("No results")).to_be_visible()


def test_the_debug_switch_prints_frames(open_inbox: OpenInbox, pages: Pages, vera: Visitor) -> None:
    page = open_inbox()
    page.keyboard.press("?")
    page.get_by_role("switch", name=re.compile("Print connections")).check()
    page.keyboard.press("Escape")
    with page.expect_console_message(lambda message: "[inbox] ← new_message" in message.text):
        say(vera, "Anybody there?")


def test_a_phone_shows_one_pane_and_a_way_back(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(viewport=PHONE, has_touch=True)
    rows(page).first.click()
    expect(page.get_by_role("log")).to_be_visible()
    expect(rows(page).first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="Back to the list").click()
    expect(rows(page).first).to_be_visible()
    expect(rows(page).first).to_be_focused()
