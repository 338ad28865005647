"""Who the visitor is, by the page's words: proofs, log-outs, two tabs, and the next page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, store
from tests.widget.page_calls import call
from tests.widget.test_identity import by_hash


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    """Made before the browser is in use, since it needs the database."""
    return log_in(stack, people_only.ben)


def test_a_proof_is_taken_or_refused_in_words(acme: Website, ben: StaffMember, page: Page) -> None:
    store(chat_on(page), "Before the log-in")
    false = call(page, "identify('customer-7', {hash: 'wrong'})")
    assert false == "refused: identify was refused: The identity hash is wrong."
    proof = by_hash(acme, "customer-7", name="Vera")
    assert call(page, f"identify('customer-7', {proof})") is None
    expect(bubbles(page.frame_locator("iframe")).first).to_contain_text("Before the log-in")
    assert ben.rest.get("conversations/").json()["results"][0]["visitor"]["name"] == "Vera"
    handle = page.evaluate("localStorage.getItem(localStorage.key(0))")
    assert handle == "-"  # somebody was here, and no more than that


@pytest.mark.slow
@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
def test_a_log_out_forgets_also_where_nobody_opened_the_chat(page: Page, is_warm: bool) -> None:
    store(chat_on(page), "My secret is 4711")
    call(page, "close()")
    if is_warm:  # the chat has begun unseen, to know of unread answers
        with page.expect_response("**/widget/sessions/"):
            page.reload()
        page.evaluate("localStorage.setItem(localStorage.key(0) + ':visits', '3')")  # as rules for later visits do
    else:
        page.reload()
    page.evaluate("ChatPlatform.reset()")
    assert page.evaluate("localStorage.length") == 0
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_visible()
    expect(chat.get_by_text("4711")).to_have_count(0)


@pytest.mark.slow
def test_two_tabs_are_one_visitor_also_when_one_of_them_logs_in_and_out(acme: Website, page: Page) -> None:
    store(chat_on(page), "From the first tab")
    other = page.context.new_page()
    other.goto(page.url)
    chats = [page.frame_locator("iframe"), chat_on(other)]
    expect(bubbles(chats[1]).first).to_contain_text("From the first tab")
    call(page, f"identify('customer-7', {by_hash(acme, 'customer-7')})")
    for chat in chats:
        expect(bubbles(chat).first).to_contain_text("From the first tab")
    store(chats[1], "From the second tab")
    expect(bubbles(chats[0])).to_have_count(2)
    call(page, "reset()")
    for chat in chats:
        expect(bubbles(chat)).to_have_count(0)


@pytest.mark.slow
def test_half_a_sentence_goes_with_the_visitor_to_the_next_page(page: Page) -> None:
    chat_on(page).get_by_role("textbox").fill("Half a sen")
    page.goto(page.url + "next")
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_have_value("Half a sen")
