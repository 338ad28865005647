"""What an agent does to a conversation is taken back by one click or key; what cannot be is asked about first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import Visitor
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, said, write
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


def undo(page: Page, what: str) -> None:
    toast = page.locator(".toast").filter(has_text=what)
    toast.get_by_role("button", name="Undo").click()


def test_each_change_is_taken_back(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    panel = page.get_by_role("complementary", name="Details")
    assignee, priority = panel.get_by_label("Assigned to"), panel.get_by_label("Priority")
    label = panel.get_by_role("button", name="Remove the label refund")

    expect(assignee.get_by_role("option")).to_have_count(4)
    assignee.select_option("Ben")
    undo(page, "Assigned to Ben")
    expect(assignee).to_have_value("")
    page.locator("body").press("i")
    undo(page, "Assigned to you")
    expect(assignee).to_have_value("")
    priority.select_option("Urgent")
    undo(page, "Priority: urgent")
    expect(priority).to_have_value("normal")
    panel.get_by_label("Add a label").fill("refund")
    panel.get_by_label("Add a label").press("Enter")
    undo(page, "Label refund added")
    expect(label).to_have_count(0)
    panel.get_by_label("Add a label").fill("refund")
    panel.get_by_label("Add a label").press("Enter")
    label.click()
    undo(page, "Label refund removed")
    expect(label).to_be_visible()
    panel.get_by_role("button", name="Block").click()
    undo(page, "Visitor blocked")
    expect(panel).not_to_contain_text("This visitor is blocked.")


@pytest.mark.slow
def test_status_and_ones_own_words_are_taken_back_by_key(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    shown = page.locator("#conversation-list a")
    write(page, "It has been shiped")
    expect(entries(page)).to_have_count(2)
    mine = entries(page).last
    mine.hover()
    mine.get_by_role("button", name="Edit your message").click()
    mine.get_by_label("Edit your words").fill("It has been shipped")
    mine.get_by_role("button", name="Save").click()
    expect(page.locator(".toast").filter(has_text="Message changed")).to_be_visible()
    page.locator("body").press("Control+z")
    expect(mine).to_contain_text("shiped")
    for key, choice in (("e", None), ("z", "Tomorrow morning")):
        page.locator("body").press(key)
        if choice:
            page.get_by_role("button", name=choice).click()
        expect(shown).to_have_count(0)
        page.locator("body").press("Control+z")
        expect(shown).to_have_count(1)
        expect(mine).to_be_visible()
    assert said(vera) == ["Where is my order?", "It has been shiped"]


@pytest.mark.slow
def test_what_cannot_be_taken_back_is_asked_about_and_one_may_think_better_of_it(
    open_inbox: OpenInbox, vera: Visitor
) -> None:
    page = open_inbox(path=address(vera))
    write(page, "Coming!")
    mine = entries(page).last
    mine.hover()
    mine.get_by_role("button", name="Delete your message", exact=True).click()
    really = mine.get_by_role("button", name="Really delete your message")
    expect(really).to_be_focused()
    page.locator("#composer").focus()
    expect(really).to_have_count(0)
    assert said(vera) == ["Where is my order?", "Coming!"]
    page.get_by_role("button", name="Merge…").click()
    dialog = page.get_by_role("dialog", name="Merge with another visitor")
    expect(dialog).to_contain_text("it cannot be undone")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
