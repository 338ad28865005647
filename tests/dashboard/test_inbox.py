"""The inbox as its users meet it: in a browser, against the running product."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from conversations.models import Conversation
from conversations.models import Visitor as Visitors
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, heard, rows, say, write
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    """Vera has a question, and no AI answers it."""
    return asking(stack, people_only)


@pytest.fixture
def a_silent_visitor(people_only: Cast) -> None:
    """The AI would answer, but nobody has asked."""
    visitor = Visitors.objects.create(website=people_only.acme, name="Vera")
    Conversation.objects.create(website=people_only.acme, visitor=visitor, handled_by="ai")


def test_a_visitors_message_shows_without_a_reload(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast, vera: Visitor
) -> None:
    page = open_inbox()
    expect(rows(page)).to_have_count(1)
    second = visit(stack, people_only.acme)
    second.open("Do you ship to Portugal?")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("Do you ship to Portugal?")
    say(vera, "Anybody there?")
    expect(rows(page).first).to_contain_text("Anybody there?")
    expect(rows(page).first).to_contain_text("Messages: 2")
    expect(rows(page).first).to_contain_text("2 unread")
    expect(page).to_have_title("(2) Inbox")


@pytest.mark.slow
def test_opening_a_conversation_reads_it_for_the_whole_team(open_inbox: OpenInbox, vera: Visitor) -> None:
    ben = open_inbox("Ben")
    expect(rows(ben).first).to_contain_text("1 unread")
    ada = open_inbox("Ada")
    rows(ada).first.click()
    expect(entries(ada)).to_have_count(1)
    expect(rows(ben).first).not_to_contain_text("unread")


def test_a_visitor_waits_until_somebody_answers_not_until_somebody_looks(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    expect(rows(page).first).not_to_contain_text("unread")
    expect(rows(page).first).to_contain_text("Waiting")
    expect(page.locator(".thread-sub")).to_contain_text("Waits for a person")
    expect(page).to_have_title("(1) Inbox")
    write(page, "On its way!")
    expect(rows(page).first).not_to_contain_text("Waiting")
    expect(page.locator(".thread-sub")).to_contain_text("You answer")
    expect(page).to_have_title("Inbox")


@pytest.mark.slow
def test_a_new_conversation_is_announced_and_one_click_away(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast
) -> None:
    page = open_inbox()
    visitor = visit(stack, people_only.acme)
    visitor.open("Hello?")
    page.get_by_role("status").get_by_role("button", name="Open").click()
    expect(page).to_have_url(stack.url + address(visitor))
    expect(entries(page)).to_contain_text(["Hello?"])


def test_mallory_sees_nothing_of_acme(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox("Mallory", path=address(vera))
    expect(page.get_by_text("This conversation is not here")).to_be_visible()
    expect(page.get_by_text("Where is my order?")).to_have_count(0)


def test_nothing_moves_under_the_pointer(open_inbox: OpenInbox, stack: Stack, people_only: Cast, vera: Visitor) -> None:
    visit(stack, people_only.acme).open("I came later")
    page = open_inbox()
    expect(rows(page)).to_have_count(2)
    rows(page).nth(1).hover()
    say(vera, "Anybody there?")
    held = page.get_by_role("button", name="1 update")
    expect(held).to_be_visible()
    expect(rows(page).first).to_contain_text("I came later")
    held.click()
    expect(rows(page).first).to_contain_text("Anybody there?")


@pytest.mark.slow
def test_what_visitors_write_stays_text(open_inbox: OpenInbox, vera: Visitor) -> None:
    evil = '<img src=x onerror="document.title=1"> [link](javascript:alert(1)) **bold**'
    say(vera, evil)
    page = open_inbox(path=address(vera))
    expect(entries(page).last).to_contain_text(evil)
    assert page.locator(".log img, .log a, .log strong").count() == 0


def test_who_opened_the_chat_and_said_nothing_is_only_among_all(a_silent_visitor: None, open_inbox: OpenInbox) -> None:
    page = open_inbox()
    expect(page.get_by_text("All caught up")).to_be_visible()
    page.get_by_role("button", name="Show all conversations").click()
    expect(rows(page)).to_contain_text(["No messages yet"])


def test_where_the_only_message_was_deleted_the_list_says_so(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast
) -> None:
    visitor = visit(stack, people_only.acme)
    visitor.open()
    ada = log_in(stack, people_only.ada)
    messages = f"conversations/{visitor.conversation_id}/messages/"
    sent = ada.rest.post(messages, {"client_id": str(uuid4()), "content": "4111"})
    assert sent.status_code == 201
    assert ada.rest.delete(f"{messages}{sent.json()['message']['id']}/").status_code == 200
    expect(rows(open_inbox()).first).to_contain_text("Message deleted")


def test_a_reply_reaches_the_visitor_as_from_a_person(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    write(page, "On its way!")
    expect(entries(page).last).to_contain_text("Manual")
    expect(entries(page).last).to_contain_text(re.compile("Sent|Delivered"))
    assert heard(vera) == [("On its way!", True)]
    vera.rest.post(vera.path("read/"), {"rev": 2})
    expect(entries(page).last).to_contain_text("Read")


def test_a_note_stays_with_the_team(open_inbox: OpenInbox, vera: Visitor) -> None:
    ada, ben = open_inbox("Ada", path=address(vera)), open_inbox("Ben", path=address(vera))
    ada.get_by_role("button", name="Note").click()
    write(ada, "She is a good customer")
    expect(entries(ben).last).to_contain_text("Note")
    expect(entries(ben).last).to_contain_text("She is a good customer")
    assert heard(vera) == []


@pytest.mark.slow
def test_colleagues_see_who_views_and_who_replies(open_inbox: OpenInbox, vera: Visitor) -> None:
    ada = open_inbox("Ada", path=address(vera))
    ben = open_inbox("Ben", path=address(vera))
    expect(ada.get_by_text("Ben is viewing")).to_be_visible()
    ben.locator("#composer").press_sequentially("Hel")
    expect(ada.get_by_text("Ben is replying")).to_be_visible()


@pytest.mark.slow
def test_the_visitors_typing_shows_and_ends(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    expect(entries(page)).to_have_count(1)
    vera.rest.post(vera.path("typing/"), {"is_typing": True})
    expect(page.get_by_text("is typing")).to_be_visible()
    expect(rows(page).first).to_contain_text("typing…")
    say(vera, "…so?")
    expect(page.get_by_text("is typing")).to_have_count(0)


@pytest.mark.slow
def test_resolving_can_be_undone(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    expect(entries(page)).to_have_count(1)
    page.keyboard.press("e")
    expect(page.get_by_text("All caught up")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(address(vera)))
    expect(page.get_by_role("log")).to_contain_text("Ada reopened the conversation.")


def test_taking_a_conversation_and_letting_it_go(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("Waits for you")).to_be_visible()
    expect(page.get_by_text("took the conversation")).to_be_visible()
    page.locator("#assign-to").select_option("Nobody")
    expect(page.get_by_text("Waits for a person")).to_be_visible()
