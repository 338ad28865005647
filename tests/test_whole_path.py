"""The whole main job in two browser windows: Vera asks in the shop, the AI answers, Ben takes over by simply typing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from accounts.models import User
from tests.clients.windows import answer, ask, expect_silence_of_the_ai, open_inbox, open_widget, reply
from tests.servers.pages import Pages
from tests.servers.stack import Stack

QUESTION = "How long does delivery to Portugal take?"
OTHER_QUESTION = "How do I wash a down jacket?"
FACT = "4–7 working days"  # what the article about international delivery says


@pytest.fixture
def demo(open_database: None) -> None:
    call_command("seed_demo", verbosity=0)
    assert User.objects.filter(email="agent@acme.test").exists()


@pytest.fixture
def brisk_stack(demo: None, new_stack: Callable[..., Stack]) -> Stack:
    return new_stack(env={"AI_CHUNKS_PER_SECOND": "6"}, name="whole-path")


@pytest.fixture
def slow_stack(demo: None, stack: Stack, new_stack: Callable[..., Stack]) -> Iterator[Stack]:
    """The demo, with an assistant so slow that it is surely interrupted. The shared worker must not answer for it."""
    assert stack.worker is not None
    stack.worker.stop()
    yield new_stack(env={"AI_CHUNKS_PER_SECOND": "0.3"}, name="slow-path")
    stack.worker.restart()


def test_a_message_travels_from_the_shop_to_the_inbox_and_back(brisk_stack: Stack, pages: Pages) -> None:
    inbox = open_inbox(pages, brisk_stack)
    shop, widget = open_widget(pages, brisk_stack)
    row = inbox.locator("#conversation-list a").first
    expect(row).not_to_contain_text(QUESTION[:20])

    ask(widget, QUESTION)
    expect(row).to_contain_text("now")  # no reload: it came by itself, on top
    row.click()
    expect(inbox.get_by_role("log")).to_contain_text(QUESTION)

    expect(answer(widget)).to_contain_text(FACT)
    expect(inbox.get_by_role("log")).to_contain_text(FACT)
    expect(widget.get_by_role("link", name="International delivery")).to_be_visible()
    expect(widget.locator(".tag, .badge").filter(has_text="AI").first).to_be_visible()

    reply(inbox, "Hello, Ben here. Your parcel leaves today.")
    expect(widget.get_by_role("log")).to_contain_text("Ben here. Your parcel leaves today.")
    expect(widget.get_by_role("banner")).to_contain_text("Ben")
    expect(inbox.get_by_role("button", name="Hand back")).to_be_visible()

    ask(widget, "Thank you! And how do I return my boots?")
    expect(inbox.get_by_role("log")).to_contain_text("how do I return my boots?")
    expect_silence_of_the_ai(widget, inbox)

    shop.reload()
    shop.get_by_role("button", name="chat").first.click()
    again = shop.frame_locator("iframe")
    expect(again.get_by_role("log")).to_contain_text("how do I return my boots?")
    expect(again.get_by_role("log")).to_contain_text("Your parcel leaves today.")


def test_ben_takes_over_in_the_middle_of_the_ais_sentence(slow_stack: Stack, pages: Pages) -> None:
    inbox = open_inbox(pages, slow_stack)
    _, widget = open_widget(pages, slow_stack)

    ask(widget, OTHER_QUESTION)
    inbox.locator("#conversation-list a", has_text="AI is writing").click()
    expect(widget.get_by_role("button", name="Stop")).to_be_visible()  # it streams
    reply(inbox, "I take this one myself.")

    expect(widget.get_by_role("log")).to_contain_text("I take this one myself.")
    expect(widget.get_by_role("button", name="Stop")).to_have_count(0)
    expect_silence_of_the_ai(widget, inbox)
    expect(widget.get_by_role("log").get_by_text("AI", exact=True)).to_have_count(0)  # nothing of it was kept
