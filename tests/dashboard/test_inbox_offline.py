"""Nothing that is written in the inbox is lost, whatever happens to the link, the server or the log-in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.dashboard.inboxes import (
    RECOVERY,
    OpenInbox,
    address,
    asking,
    entries,
    go_live,
    heard,
    rows,
    said,
    say,
    write,
)
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    """Vera has a question, and no AI answers it."""
    return asking(stack, people_only)


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


@pytest.mark.slow
def test_a_message_that_is_too_long_is_not_sent_and_not_lost(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox(path=address(vera))
    write(page, "é" * 10_001)
    expect(page.get_by_role("alert")).to_have_text("1 character too many")
    expect(page.locator("#composer")).to_have_value("é" * 10_001)
    write(page, "😀" * 10_000)
    expect(entries(page).last).to_contain_text("Sent")
    assert heard(vera) == [("😀" * 10_000, True)]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
