"""A whole working day of an agent's by keyboard alone: nothing here touches a pointer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor
from tests.conversations.test_attachments import PDF
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, heard, rows
from tests.servers.stack import Stack

IS_FOCUSED = """name => {
  const one = document.activeElement;
  const spoken = (part) => {
    const copy = part.cloneNode(true);
    for (const silent of copy.querySelectorAll('[aria-hidden=true]')) silent.remove();
    return copy.textContent;
  };
  return one !== document.body && (one.ariaLabel || spoken(one.labels?.[0] ?? one)).trim().startsWith(name);
}"""


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the focus is on what is called so, as who cannot see a pointer does."""
    for _ in range(80):
        press(page, "Tab")
        if page.evaluate(IS_FOCUSED, name):
            return
    raise AssertionError(f"Tab never reaches {name}")


def tab_back_to(page: Page, name: str) -> None:
    for _ in range(80):
        press(page, "Shift+Tab")
        if page.evaluate(IS_FOCUSED, name):
            return
    raise AssertionError(f"Shift and Tab never reach {name}")


def test_a_conversation_is_found_taken_answered_and_tended_by_keyboard_alone(
    cleo: StaffMember, vera: Visitor, second: Visitor, open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ben")
    expect(rows(page)).to_have_count(2)

    # Find and open it, take it, answer it.
    press(page, "j", "j")
    expect(page).to_have_url(re.compile(address(vera)))
    expect(entries(page)).to_have_count(1)
    press(page, "i")
    expect(page.locator(".thread-sub")).to_contain_text("Waits for you")
    press(page, "r")
    page.keyboard.type("On its way!")
    press(page, "Control+Enter")
    expect(entries(page).last).to_contain_text(re.compile("On its way!.*(Sent|Delivered)", re.DOTALL))
    assert heard(vera) == [("On its way!", True)]
    press(page, "Escape")

    # A note that calls a colleague.
    press(page, "n")
    page.keyboard.type("Please look @cle")
    expect(page.get_by_role("option")).to_contain_text(["Cleo"])
    press(page, "Tab", "Control+Enter")
    expect(entries(page).last).to_contain_text("Please look @Cleo")
    expect(entries(page).last.get_by_role("button", name="Edit your note")).to_be_visible()  # it is stored
    called = cleo.rest.get("conversations/", mentioned="me").json()["results"]
    assert [one["id"] for one in called] == [vera.conversation_id]
    press(page, "Escape")

    # A label, a priority, another assignee, and each taken back.
    press(page, "t")
    page.keyboard.type("refund")
    press(page, "Enter", "Escape")
    expect(page.get_by_role("button", name="Remove the label refund")).to_be_visible()
    press(page, "a")
    expect(page.locator("#assign-to")).to_be_focused()
    page.keyboard.type("Cleo")
    press(page, "Tab")
    expect(page.locator(".thread-sub")).to_contain_text("Cleo answers")
    expect(page.get_by_label("Priority")).to_be_focused()
    page.keyboard.type("Urgent")
    press(page, "Escape")
    expect(page.get_by_text("Priority: urgent")).to_be_visible()
    expect(rows(page).filter(has_text="Urgent")).to_have_count(1)
    press(page, "Control+z")
    expect(rows(page).filter(has_text="Urgent")).to_have_count(0)
    press(page, "Control+z")
    expect(page.locator(".thread-sub")).to_contain_text("You answer")


@pytest.mark.slow
def test_the_rest_of_the_day_by_keyboard_alone(
    vera: Visitor, second: Visitor, open_inbox: OpenInbox, stack: Stack
) -> None:
    page = open_inbox("Ben")
    expect(rows(page)).to_have_count(2)
    press(page, "j")

    # Search, and what was found.
    press(page, "/")
    field = page.get_by_label("Search conversations")
    expect(field).to_be_focused()
    page.keyboard.type("Portugal")
    expect(rows(page)).to_have_count(1)
    press(page, "Escape")
    expect(field).to_have_value("")
    expect(rows(page)).to_have_count(2)
    press(page, "Escape")
    expect(field).not_to_be_focused()

    # Put back to be read, put away for a while, and woken.
    press(page, "u")
    expect(page).to_have_url(re.compile("/live-chat/$"))
    expect(rows(page).filter(has_text="marked as unread")).to_have_count(1)
    press(page, "j")
    expect(rows(page).filter(has_text="marked as unread")).to_have_count(0)
    press(page, "z")
    tab_to(page, "In one hour")
    press(page, "Enter")
    expect(rows(page)).to_have_count(1)
    press(page, "Control+z")
    expect(rows(page)).to_have_count(2)

    # Panes, the palette, the sheet.
    press(page, "]")
    expect(page.get_by_role("complementary", name="Details")).to_be_hidden()
    press(page, "]", "[")
    expect(page.locator(".list-pane")).to_be_hidden()
    press(page, "[", "Control+k")
    expect(page.get_by_role("combobox", name="Command")).to_be_focused()
    page.keyboard.type("show: resolved")
    press(page, "Enter")
    expect(page).to_have_url(f"{stack.url}/live-chat/?view=resolved")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    press(page, "Escape")

    # Back to the inbox, done with it, and with what was found in the end.
    press(page, "g", "i")
    expect(page).to_have_url(f"{stack.url}/live-chat/")
    press(page, "j", "e")
    expect(rows(page)).to_have_count(1)
    press(page, "g", "r")
    expect(page).to_have_url(f"{stack.url}/live-chat/?view=resolved")
    expect(rows(page)).to_have_count(1)


@pytest.fixture
def a_canned_reply(cleo: StaffMember, people_only: Cast) -> None:
    body = {"website": people_only.acme.pk, "shortcut": "thanks", "content": "Thank you for waiting!"}
    assert cleo.rest.post("canned-replies/", body).status_code == 201


@pytest.fixture
def with_ai(vera: Visitor, people_only: Cast) -> None:
    """Vera's question waits for a person; the next would be the AI's."""
    people_only.acme.ai_enabled = True
    people_only.acme.save()


@pytest.mark.slow
def test_words_files_and_calls_by_keyboard_alone(a_canned_reply: None, vera: Visitor, open_inbox: OpenInbox) -> None:
    page = open_inbox("Ben")
    expect(rows(page)).to_have_count(1)

    # Switch the sound on, be called, and claim.
    press(page, "g", "a")
    expect(page.get_by_role("dialog", name="Alerts")).to_be_visible()
    tab_to(page, "Sound for new messages")
    press(page, "Space", "Escape")
    expect(page.get_by_text("waits unclaimed")).to_be_visible()
    tab_to(page, "Claim")
    press(page, "Enter")
    expect(page.locator(".thread-sub")).to_contain_text("Waits for you")

    # Words that are kept for it, worded anew, and deleted.
    press(page, "r")
    page.keyboard.type("/tha")
    expect(page.get_by_role("option")).to_contain_text(["/thanks"])
    press(page, "Enter")
    expect(page.locator("#composer")).to_have_value("Thank you for waiting!")
    press(page, "Control+Enter")
    expect(entries(page).last).to_contain_text("Sent")
    press(page, "Escape")
    tab_to(page, "Messages")
    tab_to(page, "Edit your message")
    press(page, "Enter")
    expect(page.get_by_label("Edit your words")).to_be_focused()
    press(page, "End")
    page.keyboard.type(" It is on its way.")
    press(page, "Control+Enter")
    expect(entries(page).last).to_contain_text("Edited")
    assert heard(vera) == [("Thank you for waiting! It is on its way.", True)]
    expect(page.get_by_role("button", name="Edit your message")).to_be_focused()
    press(page, "Tab", "Enter", "Enter")
    expect(entries(page).last).to_contain_text("This message was deleted.")

    # A file, and one that is left out after all.
    for name in ("offer.pdf", "wrong.pdf"):
        press(page, "r")
        tab_to(page, "Add files")
        with page.expect_file_chooser() as chosen:
            press(page, "Space")
        chosen.value.set_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})
        expect(page.locator(".tray-ready").filter(has_text=name)).to_have_count(1)
        press(page, "Escape")
    press(page, "r")
    tab_to(page, "Remove: wrong.pdf")
    press(page, "Enter")
    expect(page.locator(".tray-item")).to_have_count(1)
    press(page, "r")
    page.keyboard.type("This is for you")
    press(page, "Control+Enter")
    expect(page.get_by_role("link", name="Save offer.pdf")).to_be_visible()


@pytest.mark.slow
def test_a_conversation_goes_back_to_the_ai_and_is_taken_over_by_keyboard_alone(
    with_ai: None, vera: Visitor, open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ben")
    expect(rows(page)).to_have_count(1)
    press(page, "j")
    expect(entries(page)).to_have_count(1)
    press(page, "r", "Escape")
    tab_back_to(page, "Hand back")
    press(page, "Enter")
    expect(page.locator(".thread-sub")).to_contain_text("The AI answers")
    press(page, "r", "Escape")
    tab_back_to(page, "Take over")
    press(page, "Enter")
    expect(page.locator(".thread-sub")).to_contain_text(re.compile("You answer|Waits for you"))


@pytest.mark.slow
def test_who_the_visitor_is_filters_and_rest_by_keyboard_alone(
    cleo: StaffMember, people_only: Cast, vera: Visitor, second: Visitor, open_inbox: OpenInbox
) -> None:
    assert second.rest.post(second.path("contact/"), {"email": "vera@phone.test"}).status_code == 200
    assert cleo.rest.patch(f"conversations/{vera.conversation_id}/", {"labels": ["refund"]}).status_code == 200
    assert cleo.rest.post("labels/", {"website": people_only.acme.pk, "name": "refund"}).status_code == 201
    page = open_inbox("Ben")
    expect(rows(page)).to_have_count(2)

    # What narrows the list, and taken away again.
    tab_to(page, "Filters")
    press(page, "Enter")
    tab_to(page, "Label")
    expect(page.locator(".menu-filters option")).to_contain_text(["Any label", "refund"])
    page.keyboard.type("refund")
    press(page, "Escape")
    expect(rows(page)).to_have_count(1)
    press(page, "j")
    expect(page).to_have_url(re.compile(address(vera)))
    expect(entries(page)).to_have_count(1)

    # Blocked, and not after all; joined with another who is the same.
    press(page, "a", "Escape")
    tab_back_to(page, "Block")
    press(page, "Enter")
    expect(page.get_by_text("This visitor is blocked.")).to_be_visible()
    press(page, "Control+z")
    expect(page.get_by_text("This visitor is blocked.")).to_have_count(0)
    press(page, "a", "Escape")
    tab_back_to(page, "Merge…")
    press(page, "Enter")
    dialog = page.get_by_role("dialog", name="Merge with another visitor")
    expect(dialog).to_be_visible()
    page.keyboard.type("vera@phone")
    press(page, "Enter")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    tab_to(page, "Visitor ")
    press(page, "Space")
    tab_to(page, "Merge")
    press(page, "Enter")
    expect(page.get_by_text("Two visitors are one now")).to_be_visible()
    expect(dialog).to_be_hidden()

    # Away, and back.
    press(page, "Escape", "Escape")
    tab_to(page, "Your menu, Ben")
    press(page, "Enter")
    tab_to(page, "Away: no conversations are given to me")
    press(page, "Space")
    expect(page.get_by_role("button", name="Your menu, Ben, away").first).to_be_attached()
    press(page, "Space")
    expect(page.get_by_role("button", name="Your menu, Ben, away")).to_have_count(0)


def test_owners_go_to_the_settings_by_keyboard(open_inbox: OpenInbox, stack: Stack) -> None:
    page = open_inbox("Ada")
    press(page, "g", "s")
    expect(page).to_have_url(re.compile("/manage/|/settings/"))
