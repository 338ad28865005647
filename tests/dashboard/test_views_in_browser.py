"""Views, filters and search in a browser: each has an address, and the back button takes it back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import Visitor, log_in, session_cookie, visit
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import address, go_live, rows
from tests.servers.pages import Pages
from tests.servers.stack import Stack

OpenInbox = Callable[..., Page]


@pytest.fixture
def visitors(stack: Stack, people_only: Cast) -> list[Visitor]:
    """Three conversations of Acme: one waits, one is Ben's and about a refund, one was resolved."""
    found = [visit(stack, people_only.acme) for _ in range(3)]
    for number, one in enumerate(found):
        one.open(f"Question {number} about a lantern")
    ben = log_in(stack, people_only.ben)
    path = "conversations/{}/"
    ben.rest.patch(path.format(found[1].conversation_id), {"assignee": people_only.ben.pk, "labels": ["refund"]})
    ben.rest.patch(path.format(found[2].conversation_id), {"status": "resolved"})
    assert ben.rest.post("labels/", {"website": people_only.acme.pk, "name": "refund"}).status_code == 201
    return found


@pytest.fixture
def session(stack: Stack, people_only: Cast) -> str:
    """Ada's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, people_only.ada)["Cookie"].partition("=")[2]


@pytest.fixture
def open_inbox(stack: Stack, session: str, visitors: list[Visitor], pages: Pages) -> OpenInbox:
    def open_at(path: str = "/live-chat/", **options: object) -> Page:
        page = pages(**{"viewport": {"width": 1440, "height": 900}, **options})
        go_live(page, stack, session, path)
        return page

    return open_at


def test_a_view_a_filter_and_a_search_are_addresses_and_the_back_button_leaves_them(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast, visitors: list[Visitor]
) -> None:
    page = open_inbox()
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Resolved").click()
    expect(page).to_have_url(f"{stack.url}/live-chat/?view=resolved")
    expect(rows(page)).to_contain_text(["Question 2"])
    rows(page).first.click()
    expect(page).to_have_url(f"{stack.url}{address(visitors[2])}?view=resolved")
    page.go_back()
    page.go_back()
    expect(page).to_have_url(f"{stack.url}/live-chat/")
    expect(rows(page)).to_have_count(2)

    page.get_by_role("button", name="Filters", exact=True).click()
    page.get_by_label("Label").select_option("refund")
    expect(rows(page)).to_contain_text(["Question 1"])
    page.get_by_label("Assigned to").select_option("Ben")
    expect(page).to_have_url(f"{stack.url}/live-chat/?label=refund&agent={people_only.ben.pk}")
    assert violations(page) == []
    page.reload()
    expect(rows(page)).to_contain_text(["Question 1"])
    page.get_by_role("button", name="Remove the filter label refund").click()
    page.get_by_role("button", name="Remove the filter assigned to Ben").click()
    expect(rows(page)).to_have_count(2)


@pytest.mark.slow
def test_a_search_marks_what_it_found_and_is_an_address(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast, visitors: list[Visitor]
) -> None:
    ben = log_in(stack, people_only.ben)
    body = {"client_id": uuid4(), "content": "The serial number is RX-77", "note": True}
    assert ben.rest.post(f"conversations/{visitors[0].conversation_id}/messages/", body).status_code == 201
    page = open_inbox()
    page.get_by_label("Search conversations").fill("lanter")
    expect(rows(page)).to_have_count(3)
    expect(page.locator("mark")).to_have_text(["lantern"] * 3)
    page.get_by_label("Search conversations").fill("serial rx")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).locator("mark")).to_have_text(["serial", "RX"])
    expect(rows(page).first).to_contain_text("Note ·")
    expect(page).to_have_url(f"{stack.url}/live-chat/?q=serial+rx")
    assert violations(page) == []
    page.reload()
    expect(page.get_by_label("Search conversations")).to_have_value("serial rx")
    expect(rows(page)).to_have_count(1)
    page.go_back()
    expect(page.get_by_label("Search conversations")).to_have_value("")
    expect(rows(page)).to_have_count(2)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_filters_are_accessible_on_a_phone(open_inbox: OpenInbox, scheme: str) -> None:
    page = open_inbox(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(page.get_by_label("Label")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.fixture
def a_long_talk(stack: Stack, people_only: Cast, visitors: list[Visitor]) -> Visitor:
    """A word that was said long ago, with pages of others after it."""
    vera = visitors[0]
    assert vera.rest.post(vera.path("contact/"), {"email": "vera.vermeer@acme.test"}).status_code == 200
    ben = log_in(stack, people_only.ben)
    for number in range(120):
        content = "The serial number is RX-77" if number == 3 else f"Line {number}"
        body = {"client_id": uuid4(), "content": content, "note": True}
        assert ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body).status_code == 201
    return vera


@pytest.mark.slow
def test_what_a_search_found_opens_at_the_message(a_long_talk: Visitor, open_inbox: OpenInbox) -> None:
    page = open_inbox()
    page.get_by_label("Search conversations").fill("serial rx")
    expect(rows(page)).to_have_count(1)
    rows(page).first.click()
    expect(page.locator(".entry-found")).to_contain_text("The serial number is RX-77")
    expect(page.locator(".entry-found")).to_be_in_viewport()
    expect(page.get_by_role("log").get_by_text("Line 119", exact=True)).not_to_be_in_viewport()


@pytest.mark.slow
def test_a_search_finds_visitors_beside_conversations(
    a_long_talk: Visitor, open_inbox: OpenInbox, stack: Stack
) -> None:
    page = open_inbox()
    page.get_by_label("Search conversations").fill("vermeer")
    found = page.get_by_role("region", name="Visitors")
    expect(found.get_by_role("button")).to_have_count(1)
    assert violations(page) == []
    found.get_by_role("button").click()
    expect(page).to_have_url(f"{stack.url}{address(a_long_talk)}?q=vermeer")
    page.get_by_label("Search conversations").fill("nobody-like-this")
    expect(page.get_by_text("No results")).to_be_visible()
    expect(found).to_have_count(0)
