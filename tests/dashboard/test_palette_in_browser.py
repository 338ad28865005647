"""The palette, and the visitor's panel with past chats, blocking and merging, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import Visitor, log_in, session_cookie, visit
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import address, go_live, rows
from tests.dashboard.test_conversation_list import proved
from tests.servers.pages import Pages
from tests.servers.stack import Stack

OpenInbox = Callable[..., Page]


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    claims = {**proved(people_only, name="Vera Vermeer"), "attributes": {"plan": "Gold"}}
    visitor = visit(stack, people_only.acme, identity=claims)
    visitor.open("An old question")
    path = f"conversations/{visitor.conversation_id}/"
    assert log_in(stack, people_only.ben).rest.patch(path, {"status": "resolved"}).status_code == 200
    visitor.open("Where is my order?")
    return visitor


@pytest.fixture
def stranger(stack: Stack, people_only: Cast) -> Visitor:
    """Vera again, in a browser in which nobody knows her; she has left her name there."""
    visitor = visit(stack, people_only.acme)
    visitor.open("It is me, from my phone")
    assert visitor.rest.post(visitor.path("contact/"), {"email": "vera@phone.test"}).status_code == 200
    return visitor


@pytest.fixture
def session(stack: Stack, people_only: Cast) -> str:
    return session_cookie(stack, people_only.ada)["Cookie"].partition("=")[2]


@pytest.fixture
def open_inbox(stack: Stack, session: str, vera: Visitor, pages: Pages) -> OpenInbox:
    def open_at(path: str, **options: object) -> Page:
        page = pages(**{"viewport": {"width": 1440, "height": 900}, **options})
        go_live(page, stack, session, path)
        return page

    return open_at


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_palette_finds_a_command_by_its_name_from_anywhere(
    open_inbox: OpenInbox, stack: Stack, vera: Visitor, scheme: str
) -> None:
    page = open_inbox(address(vera), color_scheme=scheme)
    page.locator("#composer").focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Command")
    expect(field).to_be_focused()
    assert violations(page) == []
    field.fill("show: reso")
    expect(page.get_by_role("listbox", name="Commands").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{stack.url}/live-chat/?view=resolved")
    expect(page.get_by_role("dialog", name="Command palette")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Command").fill("xyz")
    expect(page.get_by_text("No command is called so.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Command palette")).to_have_count(0)


@pytest.mark.slow
def test_the_panel_shows_attributes_and_other_chats_and_blocks(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(address(vera))
    panel = page.get_by_role("complementary", name="Details")
    expect(panel).to_contain_text("planGold")
    expect(panel.get_by_role("link", name="An old question")).to_be_visible()
    assert violations(page) == []
    panel.get_by_role("button", name="Block").click()
    expect(panel).to_contain_text("This visitor is blocked.")
    page.get_by_role("button", name="Undo").click()
    expect(panel).not_to_contain_text("This visitor is blocked.")
    panel.get_by_role("link", name="An old question").click()
    expect(page.get_by_role("log")).to_contain_text("An old question")


@pytest.mark.slow
def test_two_visitors_are_merged_after_a_look_at_who_they_are(
    stranger: Visitor, open_inbox: OpenInbox, vera: Visitor
) -> None:
    page = open_inbox(address(vera))
    page.get_by_role("button", name="Merge…").click()
    page.get_by_label("Name, e-mail or id of the other one").fill("vera@phone")
    page.get_by_role("button", name="Search", exact=True).click()
    assert violations(page) == []
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Two visitors are one now")).to_be_visible()
    panel = page.get_by_role("complementary", name="Details")
    expect(panel.get_by_role("link", name="It is me, from my phone")).to_be_visible()
    expect(rows(page)).to_have_count(1)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_canned_replies_are_kept_where_they_are_used(open_inbox: OpenInbox, vera: Visitor, scheme: str) -> None:
    page = open_inbox(address(vera), color_scheme=scheme)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Command").fill("canned")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Canned replies")
    dialog.get_by_role("button", name="New canned reply").click()
    dialog.get_by_label("Shortcut").fill("hello")
    dialog.get_by_label("Text").fill("Hello {{visitor.first_name}}!")
    assert violations(page) == []
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("/hello")
    assert violations(page) == []
    dialog.get_by_role("button", name="Close").click()
    page.locator("#composer").press_sequentially("/hel")
    page.locator("#composer").press("Enter")
    expect(page.locator("#composer")).to_have_value("Hello Vera!")
    page.get_by_role("button", name="Your menu, Ada").first.click()
    page.get_by_role("button", name="Canned replies").click()
    dialog.get_by_role("button", name="Remove /hello").click()
    expect(dialog).to_contain_text("There is none yet.")
