"""What a customer's page hears of the chat on it: how much is unread, and that people have taken over."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Website
from tests.cast import Cast, new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, launcher, say, store
from tests.widget.host_page import NEAR, HostPage
from tests.widget.page_calls import HEAR, call, heard


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    """Made before the browser is in use, since it needs the database."""
    return log_in(stack, people_only.ben)


@pytest.fixture
def with_ai(open_database: None) -> Website:
    return new_website("Acme")


@pytest.fixture
def ben_with_ai(stack: Stack, with_ai: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", with_ai, Membership.Role.AGENT))


def answer(ben: StaffMember, content: str) -> None:
    conversation = ben.rest.get("conversations/").json()["results"][0]["id"]
    body = {"client_id": str(uuid4()), "content": content}
    assert ben.rest.post(f"conversations/{conversation}/messages/", body).status_code == 201


def details(page: Page, event: str) -> list[Any]:
    return [detail for name, detail in page.evaluate("heard") if name == event]


@pytest.mark.slow
def test_the_page_and_the_launcher_say_how_much_is_unread(ben: StaffMember, page: Page) -> None:
    chat = chat_on(page)
    store(chat, "Hello")
    answer(ben, "Read at once")
    expect(bubbles(chat)).to_have_count(2)
    assert details(page, "unread-count") == []
    call(page, "close()")
    answer(ben, "One")
    expect(page.get_by_role("button", name="Open chat, 1 new message", exact=True)).to_be_visible()
    answer(ben, "Two")
    badge = page.get_by_role("button", name="Open chat, 2 new messages", exact=True)
    expect(badge).to_contain_text("2")
    assert details(page, "unread-count") == [1, 2]
    badge.click()
    page.wait_for_function("heard.at(-1)[0] === 'unread-count'")
    assert details(page, "unread-count") == [1, 2, 0]
    call(page, "close()")
    expect(page.get_by_role("button", name="Open chat", exact=True)).to_be_visible()


@pytest.mark.slow
def test_the_page_hears_once_that_people_have_taken_over(
    stack: Stack, with_ai: Website, ben_with_ai: StaffMember, pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{with_ai.website_key}.js") as shop:
        page = pages()
        page.add_init_script(HEAR)
        page.goto(shop.url(NEAR))
        chat = chat_on(page)
        say(chat, "Hello")
        expect(chat.locator(".theirs:not(.draft)")).to_be_visible()
        assert "handoff" not in heard(page), "the assistant is no person"
        call(page, "requestHuman()")
        expect(chat.get_by_text("You are writing with people at Acme.")).to_be_visible()
        page.wait_for_function("heard.some(([name]) => name === 'handoff')")
        answer(ben_with_ai, "Here I am")
        expect(bubbles(chat).filter(has_text="Here I am")).to_be_visible()
        page.reload()  # it is old news by now
        expect(bubbles(page.frame_locator("iframe")).filter(has_text="Here I am")).to_be_visible()
        expect(page.frame_locator("iframe").get_by_text("You are writing with people at Acme.")).to_be_visible()
        assert "handoff" not in heard(page)


@pytest.mark.slow
def test_a_page_with_a_button_of_its_own_does_without_our_launcher(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.add_init_script(HEAR + ";window.chatPlatformSettings = {hideLauncher: true}")
    page.goto(shop.url(NEAR))
    page.wait_for_function("heard.length > 0 && !!document.querySelector('body > div')")
    expect(launcher(page)).to_be_hidden()
    own = page.get_by_role("button", name="Add to basket")
    own.focus()
    call(page, "open()")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_focused()
    page.frame_locator("iframe").get_by_role("textbox").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(own).to_be_focused()
    expect(page.locator(".launcher")).to_be_hidden()
