"""The inbox as its users meet it: in a browser, against the running product."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from conversations.models import Conversation
from conversations.models import Visitor as Visitors
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, session_cookie, visit
from tests.dashboard.accessibility import violations
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack

OpenInbox = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
RECOVERY = 30_000  # milliseconds; a busy machine takes its time


@pytest.fixture
def sessions(stack: Stack, people_only: Cast) -> dict[str, str]:
    """Everybody's log-in; made before the browser is in use, since it needs the database."""
    everybody = (people_only.ada, people_only.ben, people_only.mallory)
    return {one.name: session_cookie(stack, one)["Cookie"].partition("=")[2] for one in everybody}


@pytest.fixture
def open_inbox(stack: Stack, sessions: dict[str, str], pages: Pages) -> OpenInbox:
    """`open_inbox("Ben", path=…)`: a page with that person's live inbox; keywords go to the browser's context."""

    def open_as(name: str = "Ada", *, path: str = "/live-chat/", **options: Any) -> Page:
        page = pages(**{"viewport": {"width": 1440, "height": 900}, **options})
        go_live(page, stack, sessions[name], path)
        return page

    return open_as


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    """Vera has a question, and no AI answers it."""
    visitor = visit(stack, people_only.acme)
    visitor.open("Where is my order?")
    return visitor


@pytest.fixture
def a_busy_day(stack: Stack, people_only: Cast) -> None:
    """More conversations of every kind than the tabs have room to count, and more than one page of them."""
    for handled_by, since in [("human", timezone.now()), ("ai", None)]:
        visitors = Visitors.objects.bulk_create(Visitors(website=people_only.acme, name="Vera") for _ in range(120))
        Conversation.objects.bulk_create(
            Conversation(
                website=people_only.acme, visitor=one, handled_by=handled_by, message_count=1, waiting_since=since
            )
            for one in visitors
        )


@pytest.fixture
def a_silent_visitor(people_only: Cast) -> None:
    """The AI would answer, but nobody has asked."""
    visitor = Visitors.objects.create(website=people_only.acme, name="Vera")
    Conversation.objects.create(website=people_only.acme, visitor=visitor, handled_by="ai")


def go_live(page: Page, stack: Stack, session: str, path: str) -> None:
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
    page.goto(stack.url + path)
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def rows(page: Page) -> Locator:
    return page.locator("#conversation-list a")


def entries(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("article")


def address(visitor: Visitor) -> str:
    return f"/live-chat/{visitor.conversation_id}/"


def say(visitor: Visitor, content: str) -> None:
    answer = visitor.rest.post(visitor.path("messages/"), {"client_id": str(uuid4()), "content": content})
    assert answer.status_code == 201


def heard(visitor: Visitor) -> list[tuple[str, bool]]:
    """What the visitor can read of others: text, and whether a person wrote it."""
    found = visitor.rest.get(visitor.path("entries/"), after=0).json()["entries"]
    return [(one["content"], one["is_manual"]) for one in found if one["role"] == "assistant"]


def said(visitor: Visitor) -> list[str]:
    """What the visitor can read of everybody."""
    found = visitor.rest.get(visitor.path("entries/"), after=0).json()["entries"]
    return [one["content"] for one in sorted(found, key=lambda one: one["seq"]) if one["kind"] == "message"]


def write(page: Page, text: str) -> None:
    page.locator("#composer").fill(text)
    page.locator("#composer").press("Control+Enter")


# --- what comes in ---


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


# --- answering ---


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


def test_colleagues_see_who_views_and_who_replies(open_inbox: OpenInbox, vera: Visitor) -> None:
    ada = open_inbox("Ada", path=address(vera))
    ben = open_inbox("Ben", path=address(vera))
    expect(ada.get_by_text("Ben is viewing")).to_be_visible()
    ben.locator("#composer").press_sequentially("Hel")
    expect(ada.get_by_text("Ben is replying")).to_be_visible()


def test_the_visitors_typing_shows_and_ends(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    expect(entries(page)).to_have_count(1)
    vera.rest.post(vera.path("typing/"), {"is_typing": True})
    expect(page.get_by_text("is typing")).to_be_visible()
    expect(rows(page).first).to_contain_text("typing…")
    say(vera, "…so?")
    expect(page.get_by_text("is typing")).to_have_count(0)


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


# --- nothing is lost ---


def test_what_is_begun_survives_switching_and_a_reload(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast, vera: Visitor
) -> None:
    other = visit(stack, people_only.acme)
    other.open("Another question")
    page = open_inbox(path=address(vera))
    page.locator("#composer").fill("Dear Vera")
    rows(page).filter(has_text="Another question").click()
    expect(page.locator("#composer")).to_have_value("")
    expect(rows(page).filter(has_text="Where is my order?")).to_contain_text("Draft")
    page.goto(stack.url + address(vera))
    expect(page.locator("#composer")).to_have_value("Dear Vera")


def test_a_message_that_is_too_long_is_not_sent_and_not_lost(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    write(page, "é" * 10_001)
    expect(page.get_by_role("alert")).to_have_text("1 character too many")
    expect(page.locator("#composer")).to_have_value("é" * 10_001)
    write(page, "😀" * 10_000)
    expect(entries(page)).to_have_count(2)
    assert heard(vera) == [("😀" * 10_000, True)]


def test_without_a_socket_messages_come_and_go_over_http_and_then_over_the_socket_again(
    stack: Stack, sessions: dict[str, str], pages: Pages, people_only: Cast, vera: Visitor
) -> None:
    page = pages(viewport={"width": 1440, "height": 900})
    network = Network(page)
    go_live(page, stack, sessions["Ada"], address(vera))
    expect(entries(page)).to_have_count(1)
    network.cut_sockets()
    expect(page.get_by_text("Reconnecting").first).to_be_visible()
    write(page, "By post, then")
    expect(entries(page).last).to_contain_text("Sent", timeout=RECOVERY)
    for number in range(60):  # more than a page of the newest holds
        say(vera, f"Answer {number}")
    visit(stack, people_only.acme).open("Somebody else")
    expect(entries(page)).to_have_count(62, timeout=RECOVERY)
    expect(rows(page).first).to_contain_text("Somebody else", timeout=RECOVERY)
    write(page, "And back")
    network.come_back()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible(timeout=RECOVERY)
    say(vera, "Live again")
    expect(entries(page).last).to_contain_text("Live again")
    texts = [text.strip() for text in page.get_by_role("log").locator(".bubble").all_inner_texts()]
    assert texts == said(vera)
    assert len(texts) == len(set(texts)) == 64
    assert heard(vera) == [("By post, then", True), ("And back", True)]


def test_what_was_written_while_the_server_was_killed_survives_a_reload(
    new_stack: Callable[..., Stack], sessions: dict[str, str], pages: Pages, people_only: Cast
) -> None:
    own = new_stack(worker=False)
    visitor = visit(own, people_only.acme)
    visitor.open("Hello?")
    page = pages()
    go_live(page, own, sessions["Ada"], address(visitor))
    expect(entries(page)).to_have_count(1)
    own.web.kill()
    write(page, "first")
    write(page, "second")
    expect(page.get_by_text("Waits for the connection")).to_have_count(2)
    page.goto("about:blank")
    own.web.restart()
    page.goto(own.url + address(visitor))
    expect(entries(page).last).to_contain_text("Sent", timeout=RECOVERY)
    expect(entries(page)).to_have_count(3)
    assert heard(visitor) == [("first", True), ("second", True)]


def test_what_was_written_while_the_server_was_away_arrives_once(
    new_stack: Callable[..., Stack], sessions: dict[str, str], pages: Pages, people_only: Cast
) -> None:
    own = new_stack(worker=False)
    visitor = visit(own, people_only.acme)
    visitor.open("Hello?")
    page = pages()
    go_live(page, own, sessions["Ada"], address(visitor))
    own.web.kill()
    expect(page.get_by_text("Live", exact=True)).to_have_count(0)
    write(page, "first")
    write(page, "second")
    expect(page.get_by_text("Waits for the connection")).to_have_count(2)
    own.web.restart()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible(timeout=45_000)
    expect(page.get_by_text("Waits for the connection")).to_have_count(0)
    expect(page.get_by_text("Sending…")).to_have_count(0)
    assert heard(visitor) == [("first", True), ("second", True)]


def test_an_expired_log_in_says_so_and_keeps_what_was_written(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    page.locator("#composer").fill("Dear Vera")
    page.context.clear_cookies()
    # Whatever asks the server first learns of it; the question about the visitor's page may have been that.
    page.get_by_role("button", name="Assign to me").dispatch_event("click")
    expect(page.get_by_role("alert")).to_contain_text("Your log-in has expired.")
    link = page.get_by_role("link", name="Log in again")
    assert link.get_attribute("href") == f"/accounts/login/?next={address(vera).replace('/', '%2F')}"
    expect(page.locator("#composer")).to_have_value("Dear Vera")


# --- keyboard, phone, everybody ---


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


@pytest.mark.parametrize("width", [320, 360, 719, 720, 1024, 1099, 1100, 1440])
@pytest.mark.parametrize("view", ["More", "Unassigned"])
def test_large_numbers_stay_within_the_list(a_busy_day: None, open_inbox: OpenInbox, width: int, view: str) -> None:
    page = open_inbox(viewport={"width": width, "height": 740})
    expect(page.get_by_role("group", name="Show")).to_contain_text(re.compile(r"Open 99\+|Open \d+\+"))
    if view != "More":
        page.get_by_role("button", name="More").click()
        page.locator(".menu-views").get_by_role("button", name=view).click()
        expect(page.locator(".tab-more")).to_have_text(view)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".tabs").evaluate("tabs => tabs.scrollWidth <= tabs.clientWidth")


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"),
    [(1440, 900, "light"), (1440, 900, "dark"), (900, 700, "light"), (360, 740, "dark")],
)
def test_axe_finds_nothing(
    open_inbox: OpenInbox, pages: Pages, vera: Visitor, width: int, height: int, color_scheme: str
) -> None:
    page = open_inbox(viewport={"width": width, "height": height}, color_scheme=color_scheme)
    expect(rows(page)).to_have_count(1)
    assert violations(page) == []
    rows(page).first.click()
    expect(entries(page)).to_have_count(1)
    write(page, "**Yes**: see https://acme.test\n\n1. one\n2. two")
    expect(entries(page)).to_have_count(2)
    page.get_by_role("button", name="Note").click()
    assert violations(page) == []
    assert [line for line in pages.console if " error: " in line] == []


def test_axe_finds_nothing_where_there_is_nothing(open_inbox: OpenInbox) -> None:
    page = open_inbox("Mallory")
    expect(page.get_by_text("No conversations yet")).to_be_visible()
    expect(page.get_by_text("/widget/")).to_be_visible()
    assert violations(page) == []
