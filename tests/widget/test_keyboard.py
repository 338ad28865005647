"""Without a mouse: the whole way of a visitor, from the launcher to the transcript, and back to the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from accounts.models import Membership, Website
from tests.assistant.knowledge import website_with_passwords
from tests.cast import new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.conversations.test_attachments import picture
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, launcher
from tests.widget.host_page import NEAR, HostPage

QUESTION = "How do I reset my password?"
FORM = {"enabled": True, "fields": [{"key": "name", "required": True}, {"key": "email", "kind": "email"}]}


@pytest.fixture
def shop(stack: Stack) -> Iterator[HostPage]:
    website: Website = website_with_passwords()
    website.chips = ["Where is my order?", QUESTION]
    website.save()
    with HostPage(f"{stack.url}/widget/{website.website_key}.js") as page:
        yield page


@pytest.fixture
def asking() -> Website:
    """Where people answer, after a form."""
    return new_website("Acme", ai_enabled=False, widget={"form": FORM})


@pytest.fixture
def ben(stack: Stack, asking: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", asking, Membership.Role.AGENT))


def has_focus(element: Locator) -> Callable[[], bool]:
    return lambda: element.count() == 1 and bool(element.evaluate("e => e === e.getRootNode().activeElement"))


def press_until(page: Page, key: str, reached: Callable[[], bool]) -> None:
    for _ in range(25):
        if reached():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead there")


def focused(chat: FrameLocator) -> str:
    return str(chat.locator("body").evaluate("() => document.activeElement.innerText || document.activeElement.id"))


def test_the_keyboard_alone_goes_the_whole_way(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.goto(shop.url(NEAR))
    expect(launcher(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    chat = page.frame_locator("iframe")
    field = chat.get_by_role("textbox", name="Write a message…")
    expect(field).to_be_focused()
    press_until(page, "Shift+Tab", lambda: QUESTION in focused(chat))
    page.keyboard.press("Enter")  # a chip
    expect(field).to_be_focused()
    expect(chat.get_by_role("group", name="Was this helpful?")).to_be_visible(timeout=20_000)
    press_until(
        page,
        "Shift+Tab",
        lambda: chat.get_by_role("button", name="Helpful", exact=True).evaluate("e => e === document.activeElement"),
    )
    page.keyboard.press("Space")
    expect(chat.get_by_role("button", name="Helpful", exact=True, pressed=True)).to_be_focused()
    press_until(page, "Shift+Tab", lambda: chat.get_by_role("log").evaluate("e => e === document.activeElement"))
    page.keyboard.press("PageUp")
    press_until(page, "Tab", lambda: field.evaluate("e => e === document.activeElement"))
    page.keyboard.type("Two")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("lines")
    page.keyboard.press("Enter")
    expect(bubbles(chat).filter(has_text="Two\nlines")).to_have_count(1)
    press_until(page, "Tab", lambda: "Talk to a person" in focused(chat))
    page.keyboard.press("Enter")
    expect(chat.get_by_label("Your e-mail address")).to_be_visible()
    press_until(page, "Shift+Tab", lambda: focused(chat) == "email")
    page.keyboard.type("vera@example.com")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.slow
def test_the_keyboard_alone_answers_a_form_sends_a_file_and_rates(
    stack: Stack, asking: Website, ben: StaffMember, pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{asking.website_key}.js") as shop:
        page = pages()
        page.goto(shop.url(NEAR))
        expect(launcher(page)).to_be_visible()
        press_until(page, "Tab", has_focus(page.locator(".launcher")))
        page.keyboard.press("Enter")
        chat = page.frame_locator("iframe")
        press_until(page, "Tab", has_focus(chat.get_by_label("Your name")))
        page.keyboard.type("Vera")
        page.keyboard.press("Enter")
        field = chat.get_by_role("textbox", name="Write a message…")
        expect(field).to_be_focused()

        press_until(page, "Shift+Tab", has_focus(chat.get_by_label("Add a file")))
        with page.expect_file_chooser() as chosen:
            page.keyboard.press("Space")
        chosen.value.set_files({"name": "shot.png", "mimeType": "image/png", "buffer": picture(60, 40)})
        expect(chat.locator(".tray-item.ready")).to_be_visible()
        press_until(page, "Tab", has_focus(chat.get_by_role("button", name="Emoji")))
        page.keyboard.press("Enter")
        expect(chat.get_by_role("button", name="😀")).to_be_focused()
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
            page.keyboard.press(key)
        expect(field).to_have_value("😃")
        expect(field).to_be_focused()
        page.keyboard.press("Enter")
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))

        enlarge = chat.get_by_role("button", name="Show shot.png large")
        press_until(page, "Shift+Tab", has_focus(enlarge))
        page.keyboard.press("Enter")
        expect(chat.get_by_role("dialog", name="shot.png")).to_be_visible()
        page.keyboard.press("Escape")
        expect(enlarge).to_be_focused()

        conversation = ben.rest.get("conversations/").json()["results"][0]["id"]
        ben.rest.patch(f"conversations/{conversation}/", {"status": "resolved"})
        expect(chat.get_by_role("radio").first).to_be_visible()
        press_until(page, "Tab", has_focus(chat.get_by_role("radio").first))
        page.keyboard.press("ArrowDown")
        press_until(page, "Tab", has_focus(chat.get_by_role("button", name="Send rating")))
        page.keyboard.press("Enter")
        expect(chat.get_by_text("Thank you for your rating.")).to_be_visible()
        assert ben.rest.get(f"conversations/{conversation}/").json()["rating"]["score"] == 2
        page.keyboard.press("Escape")
        expect(launcher(page)).to_be_focused()
