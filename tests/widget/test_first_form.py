"""Where something is asked first: it stands there at once, and nothing that was typed or chosen is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from time import time
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import FrameLocator, expect

from accounts.models import Website
from tests.cast import new_website
from tests.conversations.test_attachments import picture
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on, inner_frame
from tests.widget.dropping import DROP
from tests.widget.held import Held, address_of
from tests.widget.host_page import NEAR, HostPage

FORM = {"enabled": True, "fields": [{"key": "name", "required": True}]}
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {"ai_enabled": False},
    "form": {"ai_enabled": False, "widget": {"form": FORM}},
    "consent": {"ai_enabled": False, "widget": {"consent": {"enabled": True}}},
}
EMAIL = {"key": "email", "label": "", "kind": "email", "required": True, "options": []}
SENT = re.compile("sent|delivered|read")


@pytest.fixture(scope="module")
def websites(open_database: None) -> dict[str, Website]:
    return {name: new_website("Acme", **fields) for name, fields in SETTINGS.items()}


@pytest.fixture
def shop(stack: Stack, websites: dict[str, Website]) -> Iterator[Callable[[str], HostPage]]:
    opened: list[HostPage] = []

    def open_shop(kind: str) -> HostPage:
        opened.append(HostPage(f"{stack.url}/widget/{websites[kind].website_key}.js"))
        return opened[-1]

    yield open_shop
    for page in opened:
        page.close()


def expect_sent(chat: FrameLocator, text: str) -> None:
    expect(chat.locator(".message.mine").filter(has_text=text)).to_have_class(SENT)


def test_the_form_is_there_before_the_server_knows_who_asks(shop: Callable[[str], HostPage], pages: Pages) -> None:
    page = pages()
    session = Held(page, "session")
    page.goto(shop("form").url())
    chat = chat_on(page)
    name = chat.get_by_label("Your name")
    name.fill("Vera")
    chat.get_by_role("button", name="Start chat").click()
    expect(chat.get_by_role("button", name="Sending…")).to_be_visible()
    expect(name).to_have_value("Vera")
    session.let_go()
    field = chat.get_by_role("textbox", name="Write a message…")
    expect(field).to_be_visible()
    field.fill("Hello")
    field.press("Enter")
    expect_sent(chat, "Hello")


def answer(session: Held, asks: list[dict[str, Any]]) -> None:
    """As the server would, if things had changed since the document was made."""
    [route] = session.routes
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"asks": asks})


def test_who_was_not_to_be_asked_and_is_keeps_what_they_typed(shop: Callable[[str], HostPage], pages: Pages) -> None:
    page = pages()
    session = Held(page, "session")
    page.goto(shop("plain").url())
    chat = chat_on(page)
    field = chat.get_by_role("textbox", name="Write a message…")
    field.fill("Please call me")
    answer(session, [EMAIL])
    chat.get_by_label("Your e-mail address").fill("vera@example.com")
    chat.get_by_role("button", name="Start chat").click()
    expect(field).to_have_value("Please call me")
    field.press("Enter")
    expect_sent(chat, "Please call me")


def test_who_was_to_be_asked_and_is_not_may_write_at_once(shop: Callable[[str], HostPage], pages: Pages) -> None:
    page = pages()
    session = Held(page, "session")
    page.goto(shop("form").url())
    chat = chat_on(page)
    expect(chat.get_by_label("Your name")).to_be_visible()
    answer(session, [])
    expect(chat.get_by_role("textbox", name="Write a message…")).to_be_visible()
    expect(chat.get_by_label("Your name")).to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("form", "drop"),
        pytest.param("form", "paste", marks=pytest.mark.slow),
        pytest.param("consent", "drop", marks=pytest.mark.slow),
    ],
)
def test_a_file_waits_for_the_answers_and_begins_no_conversation(
    shop: Callable[[str], HostPage], pages: Pages, kind: str, way: str
) -> None:
    page = pages()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(shop(kind).url())
    chat = chat_on(page)
    expect(chat.locator(".form-card")).to_be_visible()
    inner_frame(page).evaluate(DROP, [way, ".form-card", "shot.png", list(picture())])
    waiting = chat.locator(".tray-item")
    expect(waiting).to_contain_text("Added to your message once you have answered.")
    page.wait_for_timeout(1000)  # the absence of a request needs a moment to be seen
    assert [url for url in asked if "/conversations/" in url] == []
    if kind == "form":
        chat.get_by_label("Your name").fill("Vera")
    chat.locator(".form-button").click()
    expect(waiting).to_have_class(re.compile("ready"))
    chat.get_by_role("button", name="Send message").click()
    expect(chat.get_by_role("button", name="Show shot.png large")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "consent"])
def test_a_part_that_could_not_be_fetched_is_fetched_again_without_a_reload(
    shop: Callable[[str], HostPage], pages: Pages, kind: str
) -> None:
    page = pages()
    page.context.route(address_of("composer"), lambda route: route.abort())
    page.goto(shop(kind).url())
    chat = chat_on(page)
    if kind == "consent":
        chat.get_by_role("button", name="I agree").click()
    again = chat.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(again.locator("..")).to_contain_text("Connection lost.")
    page.context.unroute(address_of("composer"))
    again.click()
    expect(chat.get_by_role("textbox", name="Write a message…")).to_be_visible()
    expect(again).to_have_count(0)


def test_the_composer_is_fetched_while_the_form_is_filled_in(shop: Callable[[str], HostPage], pages: Pages) -> None:
    page = pages()
    page.goto(shop("form").url())
    chat = chat_on(page)
    with page.context.expect_event("response", lambda answer: bool(address_of("composer").search(answer.url))):
        chat.get_by_label("Your name").press("V")


KEEP = "([key, message]) => localStorage.setItem(key, JSON.stringify(message))"


def test_what_was_not_sent_in_time_says_so_before_its_part_is_there(
    shop: Callable[[str], HostPage], pages: Pages, websites: dict[str, Website]
) -> None:
    page = pages()
    page.goto(shop("plain").url(NEAR))
    expect(chat_on(page).get_by_role("textbox")).to_be_focused()
    old = {"client_id": str(uuid4()), "content": "Said an hour ago", "note": False, "attachments": []}
    old |= {"at": int((time() - 3600) * 1000), "error": None, "conversation_id": ""}
    key = f"chatplatform:{websites['plain'].website_key}:unsent:{old['client_id']}"
    inner_frame(page).evaluate(KEEP, [key, old])
    part = Held(page, "list")
    page.reload()
    chat = page.frame_locator("iframe")
    early = chat.locator(".early")
    expect(early).to_contain_text("Not sent.")
    early.get_by_role("button", name="Try again").click()
    expect(early.get_by_role("button")).to_have_count(0)
    part.let_go()
    expect_sent(chat, "Said an hour ago")
