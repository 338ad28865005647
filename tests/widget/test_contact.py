"""Nobody is there: Vera leaves her e-mail address in the chat, and Ben finds it in the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from accounts.models import Membership, Website
from tests.assistant.knowledge import website_with_passwords
from tests.cast import new_person
from tests.clients.people import StaffMember, log_in, session_cookie
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on, inner_frame
from tests.widget.host_page import HostPage

MAIL = "vera@example.com"
RECOVERY = 30_000  # milliseconds; a busy machine takes its time


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


@pytest.fixture
def ben(stack: Stack, acme: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", acme, Membership.Role.AGENT))


@pytest.fixture
def session(stack: Stack, ben: StaffMember) -> str:
    """Ben's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, ben.user)["Cookie"].partition("=")[2]


@pytest.fixture
def shop(stack: Stack, acme: Website) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as page:
        yield page


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_vera_leaves_her_address_when_nobody_is_there_and_ben_sees_it(
    stack: Stack, shop: HostPage, session: str, pages: Pages, scheme: str
) -> None:
    page = pages(viewport={"width": 360, "height": 740}, color_scheme=scheme, reduced_motion="reduce")
    page.goto(shop.url())
    chat, field = asked(page)
    field.fill("vera@")
    field.press("Enter")
    expect(chat.get_by_role("alert")).to_have_text("Please write an address such as name@example.com.")
    expect(field).to_be_focused()
    expect_no_findings(page)
    field.fill(MAIL)
    page.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Leave address")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text(f"Thank you. If we miss each other here, we will write to {MAIL}")
    expect(field).to_have_count(0)
    expect(chat.get_by_role("textbox")).to_be_focused()

    inbox = pages(viewport={"width": 1440, "height": 900})
    inbox.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
    inbox.goto(f"{stack.url}/live-chat/")
    inbox.locator("#conversation-list a").first.click()
    expect(inbox.get_by_role("log")).to_contain_text(f"The visitor left an e-mail address: {MAIL}")


@pytest.mark.slow
def test_without_a_socket_her_address_arrives_all_the_same(shop: HostPage, ben: StaffMember, pages: Pages) -> None:
    page = pages()
    network = Network(page)
    network.cut_sockets()
    page.goto(shop.url("127.0.0.1"))
    chat, field = asked(page)
    expect(field).to_be_visible(timeout=RECOVERY)
    field.fill(MAIL)
    field.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text(f"we will write to {MAIL}", timeout=RECOVERY)
    expect(field).to_have_count(0)
    assert known_addresses(ben) == [MAIL]


def test_when_the_server_does_not_answer_the_form_says_so_and_keeps_the_address(
    shop: HostPage, ben: StaffMember, pages: Pages
) -> None:
    page = pages()
    page.goto(shop.url("127.0.0.1"))
    chat, field = asked(page)
    field.fill(MAIL)
    page.route("**/contact/", lambda route: route.abort())
    field.press("Enter")
    expect(chat.get_by_role("alert")).not_to_be_empty()
    expect(field).to_have_value(MAIL)
    expect(field).to_be_focused()
    page.unroute("**/contact/")
    field.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text(f"we will write to {MAIL}")
    assert known_addresses(ben) == [MAIL]


@pytest.mark.slow
def test_once_a_person_has_answered_her_address_is_not_asked_for_any_more(
    shop: HostPage, ben: StaffMember, pages: Pages
) -> None:
    page = pages()
    page.goto(shop.url("127.0.0.1"))
    chat, field = asked(page)
    expect(field).to_be_visible()
    [conversation] = ben.rest.get("conversations/").json()["results"]
    body = {"client_id": str(uuid4()), "content": "Here I am."}
    assert ben.rest.post(f"conversations/{conversation['id']}/messages/", body).status_code == 201
    expect(chat.get_by_role("log")).to_contain_text("Here I am.")
    expect(field).to_have_count(0)


def test_read_from_right_to_left_the_form_is_mirrored_and_the_address_is_not(shop: HostPage, pages: Pages) -> None:
    page = pages(viewport={"width": 360, "height": 740})
    page.goto(shop.url("127.0.0.1"))
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_visible()
    inner_frame(page).evaluate("document.documentElement.dir = 'rtl'")
    chat.get_by_role("button", name="Talk to a person").click()
    field, button = chat.get_by_label("Your e-mail address"), chat.get_by_role("button", name="Leave address")
    field.fill(MAIL)
    at, beside = field.bounding_box(), button.bounding_box()
    label = chat.locator("label[for=email]")
    assert at is not None
    assert beside is not None
    assert beside["x"] + beside["width"] == at["x"] + at["width"], "on a line of its own it begins on the right"
    assert beside["y"] > at["y"]
    assert label.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert field.evaluate("one => getComputedStyle(one).direction") == "ltr"
    assert inner_frame(page).evaluate("document.body.scrollWidth <= innerWidth")
    field.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text(MAIL)


def asked(page: Page) -> tuple[FrameLocator, Locator]:
    """Vera wants a person, and nobody is there: the chat, and the field for her address."""
    chat = chat_on(page)
    field = chat.get_by_label("Your e-mail address")
    expect(field).to_have_count(0)
    chat.get_by_role("button", name="Talk to a person").click()
    return chat, field


def known_addresses(ben: StaffMember) -> list[str]:
    return [one["visitor"]["email"] for one in ben.rest.get("conversations/").json()["results"]]
