"""What one does with a conversation besides answering it: labels, priority, snooze, assigning, canned words, edits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, session_cookie, visit
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import address, entries, go_live, rows, said, write
from tests.servers.pages import Pages
from tests.servers.stack import Stack

OpenInbox = Callable[..., Page]


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    visitor = visit(stack, people_only.acme)
    visitor.open("Where is my order?")
    return visitor


@pytest.fixture
def sessions(stack: Stack, people_only: Cast) -> dict[str, str]:
    """Log-ins; made before the browser is in use, since they need the database."""
    everybody = (people_only.ada, people_only.ben)
    return {one.name: session_cookie(stack, one)["Cookie"].partition("=")[2] for one in everybody}


@pytest.fixture
def open_inbox(stack: Stack, sessions: dict[str, str], vera: Visitor, pages: Pages) -> OpenInbox:
    def open_as(name: str = "Ada", *, path: str = "", **options: object) -> Page:
        page = pages(**{"viewport": {"width": 1440, "height": 900}, **options})
        go_live(page, stack, sessions[name], path or address(vera))
        return page

    return open_as


def test_labels_priority_and_assignee_are_set_where_they_stand_and_seen_by_colleagues(
    open_inbox: OpenInbox, vera: Visitor
) -> None:
    ada, ben = open_inbox("Ada"), open_inbox("Ben")
    ada.get_by_label("Add a label").fill("refund")
    ada.get_by_label("Add a label").press("Enter")
    expect(ben.get_by_role("button", name="Remove the label refund")).to_be_visible()
    ada.get_by_label("Priority").select_option("Urgent")
    expect(ben.get_by_label("Priority")).to_have_value("urgent")
    expect(rows(ben).first).to_contain_text("Urgent")
    ada.locator("#assign-to").select_option("Ben")
    expect(ben.locator(".thread-sub")).to_contain_text("Waits for you")
    assert violations(ada) == []
    ada.get_by_role("button", name="Undo").last.click()  # of the assignment; the priority has one, too
    expect(ben.locator(".thread-sub")).to_contain_text("Waits for a person")
    ben.get_by_role("button", name="Remove the label refund").click()
    expect(ada.get_by_role("button", name="Remove the label refund")).to_have_count(0)


@pytest.mark.slow
def test_a_snoozed_conversation_leaves_and_comes_back_by_undo_or_by_the_visitors_word(
    cleo: StaffMember, open_inbox: OpenInbox, vera: Visitor
) -> None:
    page = open_inbox()
    page.get_by_role("button", name="Snooze").first.click()
    page.get_by_role("button", name="Tomorrow morning").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)
    while cleo.rest.get(f"conversations/{vera.conversation_id}/").json()["status"] != "open":
        page.wait_for_timeout(50)  # else it is still the first rest that is seen below
    page.locator("body").press("z")
    page.get_by_role("button", name="Until the visitor writes").click()
    expect(rows(page)).to_have_count(0)
    while cleo.rest.get(f"conversations/{vera.conversation_id}/").json()["status"] != "snoozed":
        page.wait_for_timeout(50)
    body = {"client_id": "6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d10", "content": "Hello?"}
    assert vera.rest.post(vera.path("messages/"), body).status_code == 201
    expect(rows(page)).to_contain_text(["Hello?"])


@pytest.mark.slow
def test_a_slash_puts_in_a_canned_reply_with_the_names_filled_in(
    cleo: StaffMember, people_only: Cast, open_inbox: OpenInbox, vera: Visitor
) -> None:
    for shortcut, content in (("thanks", "Thanks {{visitor.first_name|there}}, {{agent.name}} here."), ("bye", "Bye")):
        body = {"website": people_only.acme.pk, "shortcut": shortcut, "content": content}
        assert cleo.rest.post("canned-replies/", body).status_code == 201
    page = open_inbox()
    page.locator("#composer").press_sequentially("/")
    options = page.get_by_role("listbox", name="Canned replies").get_by_role("option")
    expect(options).to_have_count(2)
    assert violations(page) == []
    page.locator("#composer").press_sequentially("tha")
    expect(options).to_contain_text(["/thanks"])
    page.locator("#composer").press("Enter")
    expect(page.locator("#composer")).to_have_value("Thanks there, Ada here.")
    page.locator("#composer").press("Control+Enter")
    expect(entries(page).last).to_contain_text("Thanks there, Ada here.")


@pytest.mark.slow
def test_a_colleague_is_called_in_a_note_hears_it_and_finds_it_among_their_mentions(
    open_inbox: OpenInbox, vera: Visitor
) -> None:
    ada, ben = open_inbox("Ada"), open_inbox("Ben", path="/live-chat/")
    ada.get_by_role("button", name="Note").first.click()
    ada.locator("#composer").press_sequentially("Please look @be")
    expect(ada.get_by_role("option")).to_contain_text(["Ben"])
    ada.locator("#composer").press("Tab")
    ada.locator("#composer").press("Control+Enter")
    expect(ben.get_by_role("status").get_by_text("Ada mentions you")).to_be_visible()
    ben.goto(ben.url.split("?")[0] + "?view=mentions")
    expect(rows(ben)).to_have_count(1)
    assert said(vera) == ["Where is my order?"]


@pytest.mark.slow
def test_ones_own_message_is_worded_anew_or_deleted_and_nobody_elses(open_inbox: OpenInbox, vera: Visitor) -> None:
    ada, ben = open_inbox("Ada"), open_inbox("Ben")
    write(ada, "It has been shiped")
    expect(entries(ben).last).to_contain_text("shiped")
    entries(ada).last.hover()
    ada.get_by_role("button", name="Edit your message").click()
    ada.get_by_label("Edit your words").fill("It has been shipped")
    ada.get_by_role("button", name="Save").click()
    expect(entries(ben).last).to_contain_text("It has been shipped")
    expect(entries(ben).last).to_contain_text("Edited")
    expect(ben.get_by_role("button", name="Edit your message")).to_have_count(0)
    assert violations(ada) == []
    entries(ada).last.hover()
    ada.get_by_role("button", name="Delete your message", exact=True).click()
    ada.get_by_role("button", name="Really delete your message").click()
    expect(entries(ben).last).to_contain_text("This message was deleted.")
    assert said(vera) == ["Where is my order?", ""]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_panel_is_accessible_on_a_phone(open_inbox: OpenInbox, scheme: str) -> None:
    page = open_inbox(path="/live-chat/", viewport={"width": 360, "height": 740}, color_scheme=scheme)
    rows(page).first.click()
    page.get_by_role("button", name="Details", exact=True).click()
    expect(page.get_by_label("Priority")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
