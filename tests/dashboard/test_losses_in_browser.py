"""What an open inbox says when its person may see no more, or a conversation is erased; no word they wrote is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import RECOVERY, OpenInbox, address, asking, entries, go_live, heard, rows, say
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack

DRAFT = "Dear Vera, I was about to say"


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


@pytest.fixture
def blog(people_only: Cast) -> Website:
    """Another website of Acme's."""
    fields = {"name": "Acme blog", "assistant_name": "Acme Assistant", "ai_enabled": False}
    return Website.objects.create(organisation=people_only.acme.organisation, **fields)


@pytest.fixture
def reader(stack: Stack, blog: Website) -> Visitor:
    visitor = visit(stack, blog)
    visitor.open("I liked your post")
    return visitor


def begin(page: Page) -> None:
    expect(entries(page)).to_have_count(1)
    page.locator("#composer").fill(DRAFT)


def begun(page: Page) -> Locator:
    return page.get_by_label(re.compile("What you had written for"))


def erase(ada: StaffMember, visitor: Visitor) -> None:
    assert ada.rest.delete(f"visitors/{visitor.session['visitor']['id']}/").status_code == 200


def test_who_is_removed_from_the_team_reads_so_keeps_their_words_and_hears_nothing_more(
    people_only: Cast, ada: StaffMember, vera: Visitor, open_inbox: OpenInbox
) -> None:
    page, mallory = open_inbox("Ben", path=address(vera)), open_inbox("Mallory")
    begin(page)
    assert ada.rest.delete(f"members/{people_only.ben.pk}/membership/").status_code == 204
    expect(page.get_by_role("heading", name="You no longer have access to Acme")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("ask an owner or an admin")
    expect(begun(page)).to_have_value(DRAFT)
    expect(page.get_by_role("link", name="Your account and teams")).to_be_visible()
    say(vera, "A secret of mine")
    assert violations(page) == []
    expect(page.get_by_role("log")).to_have_count(0)
    expect(rows(page)).to_have_count(0)
    expect(page.get_by_text("A secret of mine")).to_have_count(0)
    assert heard(vera) == []
    expect(mallory.get_by_text("You no longer have access")).to_have_count(0)


@pytest.mark.slow
def test_who_loses_one_website_of_two_goes_on_with_the_other(
    people_only: Cast, ada: StaffMember, vera: Visitor, blog: Website, reader: Visitor, open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ben", path=address(vera))
    begin(page)
    expect(rows(page)).to_have_count(2)
    body = {"websites": [blog.pk]}
    assert ada.rest.patch(f"members/{people_only.ben.pk}/membership/", body).status_code == 200
    notice = page.get_by_role("alert").filter(has_text="You no longer have access to Acme")
    expect(notice).to_be_visible()
    expect(begun(page)).to_have_value(DRAFT)
    expect(page).to_have_url(re.compile("/live-chat/$"))
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("I liked your post")
    assert violations(page) == []
    page.reload()  # it is not gone with the page, but when it has been read
    expect(begun(page)).to_have_value(DRAFT)
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(notice).to_have_count(0)


@pytest.mark.slow
def test_a_conversation_that_is_erased_while_it_is_open_says_so_and_gives_the_draft_back(
    ada: StaffMember, vera: Visitor, second: Visitor, open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ben", path=address(vera))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin(page)
    erase(ada, vera)
    notice = page.get_by_role("alert").filter(has_text="was removed")
    expect(notice).to_contain_text("The visitor was erased")
    expect(begun(page)).to_have_value(DRAFT)
    expect(begun(page)).to_be_focused()  # what is typed on is no command
    page.keyboard.type("e")
    expect(page).to_have_url(re.compile("/live-chat/$"))
    expect(rows(page)).to_have_count(1)
    assert violations(page) == []
    notice.get_by_role("button", name="Copy").click()
    expect(notice.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == DRAFT
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert DRAFT not in kept, "of whom was erased nothing stays in the browser"
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    page.get_by_label("Reply to").or_(rows(page).first).first.click()
    expect(page).to_have_url(re.compile(address(second)))


@pytest.mark.slow
def test_who_was_away_when_it_was_erased_finds_out_on_coming_back(
    stack: Stack, sessions: dict[str, str], ada: StaffMember, vera: Visitor, second: Visitor, pages: Pages
) -> None:
    page = pages(viewport={"width": 1440, "height": 900})
    network = Network(page)
    go_live(page, stack, sessions["Ben"], address(vera))
    begin(page)
    page.goto("about:blank")
    erase(ada, vera)
    page.goto(stack.url + address(vera))
    expect(page.get_by_role("alert").filter(has_text="This conversation is not here")).to_be_visible()
    expect(begun(page)).to_have_value(DRAFT)
    assert violations(page) == []
    page.get_by_role("button", name="Back to the inbox").click()
    rows(page).first.click()
    expect(page.get_by_role("log")).to_contain_text("Portugal")
    page.locator("#composer").fill("To Portugal: yes")
    network.cut_sockets()
    expect(page.get_by_text("Reconnecting").first).to_be_visible()
    erase(ada, second)
    network.come_back()
    expect(page.get_by_role("alert").filter(has_text="was removed")).to_be_visible(timeout=RECOVERY)
    expect(begun(page)).to_have_value("To Portugal: yes")
    expect(rows(page)).to_have_count(0)


@pytest.mark.slow
def test_who_deletes_the_website_in_another_tab_reads_so_here(
    people_only: Cast, ada: StaffMember, vera: Visitor, open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ben", path=address(vera))
    begin(page)
    assert ada.rest.delete(f"websites/{people_only.acme.pk}/").status_code == 204
    expect(page.get_by_role("heading", name="You no longer have access to Acme")).to_be_visible()
    expect(begun(page)).to_have_value(DRAFT)
