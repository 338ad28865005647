"""Long lists and long histories come a page at a time, as one scrolls, and nothing jumps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conversations.models import Conversation
from conversations.models import Visitor as Visitors
from tests.cast import Cast
from tests.clients.people import Visitor
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, rows, say
from tests.servers.stack import Stack

pytestmark = pytest.mark.slow
MANY = 320  # more than are fetched before anybody scrolls
LONG = 60  # messages; a page of history has 50


@pytest.fixture
def many(people_only: Cast) -> None:
    """The first wrote last."""
    now = timezone.now()
    visitors = [Visitors(website=people_only.acme, name=f"Visitor number {number}") for number in range(MANY)]
    Conversation.objects.bulk_create(
        Conversation(
            website=people_only.acme,
            visitor=visitor,
            handled_by="human",
            message_count=1,
            last_message_at=now - timedelta(minutes=number),
        )
        for number, visitor in enumerate(Visitors.objects.bulk_create(visitors))
    )


def test_the_list_goes_on_to_its_end_as_one_scrolls(many: None, open_inbox: OpenInbox) -> None:
    page, mallory = open_inbox(), open_inbox("Mallory")
    expect(rows(page).first).to_contain_text("Visitor number 0")
    last = rows(page).filter(has_text=f"Visitor number {MANY - 1}")
    rows(page).first.hover()
    for _ in range(40):
        if last.count():
            break
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(100)  # as a hand does
    expect(last).to_have_count(1)
    assert rows(page).count() < MANY / 4, "what is out of sight is not drawn"
    expect(rows(mallory)).to_have_count(0)


def test_older_messages_come_in_above_and_the_readers_line_does_not_move(
    stack: Stack, people_only: Cast, open_inbox: OpenInbox
) -> None:
    vera: Visitor = asking(stack, people_only, "This was the first")
    for number in range(LONG):
        say(vera, f"Message {number}\nof two lines")
    page = open_inbox(path=address(vera))
    expect(entries(page)).to_have_count(50)
    log = page.get_by_role("log")
    log.evaluate("log => log.scrollTo(0, 1)")
    expect(entries(page)).to_have_count(LONG + 1)
    expect(page.get_by_text("Start of the conversation")).to_be_attached()
    above = log.evaluate("log => log.scrollTop")
    assert above > 100, "what was read stays where it was"
    expect(page.get_by_role("log").get_by_text("Message 11", exact=False).first).to_be_in_viewport()
