"""What stands in the inbox only for a moment, in light and dark: axe finds nothing in it either."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from accounts.models import Website
from assistant.models import AssistantSettings
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, go_live, heard, rows, say, write
from tests.servers.pages import Pages
from tests.servers.stack import Stack

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


@pytest.fixture
def asked_ai(stack: Stack, help_site: Website, endpoint: MisbehavingServer) -> Visitor:
    """Somebody whom the AI answers with a sentence that has no end."""
    given = {"provider": "own", "base_url": endpoint.url, "model": "endless"}
    AssistantSettings.objects.create(website=help_site, **given)
    visitor = visit(stack, help_site)
    visitor.open("I forgot my password, what now?")
    return visitor


@pytest.mark.slow
@SCHEMES
def test_axe_finds_nothing_while_the_ai_writes_and_in_what_it_has_written(
    asked_ai: Visitor, open_inbox: OpenInbox, scheme: str
) -> None:
    page = open_inbox(path=address(asked_ai), color_scheme=scheme)
    expect(page.locator(".bubble-draft")).to_contain_text("It goes on and on")
    expect(rows(page).first).to_contain_text("AI is writing")
    assert violations(page) == []
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".bubble-draft")).to_have_count(0)
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    assert violations(page) == []


@pytest.mark.slow
@SCHEMES
def test_axe_finds_nothing_while_others_view_and_type_and_in_what_pops_up(
    stack: Stack, people_only: Cast, vera: Visitor, open_inbox: OpenInbox, scheme: str
) -> None:
    page = open_inbox(path=address(vera), color_scheme=scheme, reduced_motion="reduce")
    ben = open_inbox("Ben", path=address(vera))
    expect(page.get_by_text("Ben is viewing")).to_be_visible()
    assert violations(page) == []
    ben.locator("#composer").press_sequentially("Hel")
    expect(page.get_by_text("Ben is replying")).to_be_visible()
    vera.rest.post(vera.path("typing/"), {"is_typing": True})
    expect(page.get_by_text("is typing")).to_be_visible()
    assert violations(page) == []
    visit(stack, people_only.acme).open("Hello?")
    expect(page.locator(".toast")).to_contain_text("New conversation")
    assert violations(page) == []
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.get_by_role("dialog", name="Alerts").get_by_role("switch", name="Sound for new messages").check()
    page.keyboard.press("Escape")
    expect(page.get_by_text("2 visitors wait unclaimed")).to_be_visible()
    assert violations(page) == []


def without_answers(socket: WebSocketRoute) -> None:
    """A link on which what staff says is lost on its way, and everything else comes."""
    server = socket.connect_to_server()
    socket.on_message(lambda text: None if json.loads(text)["type"] == "chat_message" else server.send(text))


@pytest.mark.slow
@SCHEMES
def test_a_message_that_gets_no_answer_says_so_and_can_be_sent_again_edited_or_discarded(
    stack: Stack, sessions: dict[str, str], vera: Visitor, pages: Pages, scheme: str
) -> None:
    page = pages(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page.clock.install()
    page.route_web_socket(re.compile("/ws/"), without_answers)
    go_live(page, stack, sessions["Ben"], address(vera))
    expect(entries(page)).to_have_count(1)
    for text in ("first", "second"):
        write(page, text)
    failed = page.get_by_role("log").get_by_role("alert")
    fast_forward_until_failed(page)
    expect(failed.first).to_contain_text("Not sent: the server did not answer")
    assert violations(page) == []
    failed.first.get_by_role("button", name="Edit").click()
    expect(page.locator("#composer")).to_have_value("first")
    failed.first.get_by_role("button", name="Discard").click()
    expect(failed).to_have_count(0)
    assert heard(vera) == []
    say(vera, "Still there?")
    expect(entries(page).last).to_contain_text("Still there?")


def fast_forward_until_failed(page: Page) -> None:
    """Three times ten seconds without an answer, in as many steps as the page needs to try again."""
    failed = page.get_by_role("log").get_by_role("alert")
    for _ in range(20):
        if failed.count() == 2:
            return
        page.clock.run_for(5000)
    expect(failed).to_have_count(2)
