"""What the window asks: consent before anything is stored, the form before the first message, a rating at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import Membership, Website
from tests.cast import new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.servers.mail import MailServer
from tests.servers.pages import Pages
from tests.servers.stack import Stack, start_stack
from tests.widget.chat import chat_on, inner_frame
from tests.widget.host_page import HostPage

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FORM = {"enabled": True, "fields": [{"key": "name", "required": True}, {"key": "email", "kind": "email"}]}
MONDAYS = {"enabled": True, "time_zone": "Europe/Berlin", "week": {"mon": [{"start": "09:00", "end": "09:01"}]}}
SETTINGS: dict[str, dict[str, Any]] = {
    "form": {"ai_enabled": True, "widget": {"form": FORM}},
    "away": {"ai_enabled": False, "hours": MONDAYS},
    "consent": {"ai_enabled": True, "widget": {"consent": {"enabled": True, "link": "https://acme.test/privacy"}}},
    "plain": {"ai_enabled": True},
}


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def mailing(stack: Stack, mails: MailServer) -> Iterator[Stack]:
    """Its worker shares the queue with the other one, which therefore rests."""
    assert stack.worker is not None
    stack.worker.stop()
    with start_stack({"EMAIL_URL": mails.url}, name="asking") as started:
        yield started
    stack.worker.restart()


@pytest.fixture(scope="module")
def websites(open_database: None) -> dict[str, Website]:
    return {name: new_website("Acme", **fields) for name, fields in SETTINGS.items()}


@pytest.fixture(scope="module")
def staff(mailing: Stack, websites: dict[str, Website]) -> dict[str, StaffMember]:
    return {
        name: log_in(mailing, new_person("Ben", website, Membership.Role.AGENT)) for name, website in websites.items()
    }


@contextmanager
def opened(pages: Pages, stack: Stack, website: Website, scheme: str = "light") -> Iterator[tuple[Page, FrameLocator]]:
    with HostPage(f"{stack.url}/widget/{website.website_key}.js") as shop:
        page = pages(viewport={"width": 360, "height": 740}, color_scheme=scheme, timezone_id="America/New_York")
        page.goto(shop.url())
        yield page, chat_on(page)


def is_accessible(page: Page) -> None:
    found = inner_frame(page).evaluate(f"{AXE.read_text()};axe.run(document, {{runOnly: ['wcag2a', 'wcag2aa']}})")
    assert [f"{one['id']} {one['nodes'][0]['html']}" for one in found["violations"]] == []
    assert inner_frame(page).evaluate("document.body.scrollWidth <= innerWidth")


def latest(person: StaffMember) -> dict[str, Any]:
    found: dict[str, Any] = person.rest.get("conversations/").json()["results"][0]
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_is_asked_before_the_first_message_and_once(
    mailing: Stack, websites: dict[str, Website], staff: dict[str, StaffMember], pages: Pages, scheme: str
) -> None:
    with opened(pages, mailing, websites["form"], scheme) as (page, chat):
        expect(chat.get_by_role("heading", name="Before we begin")).to_be_visible()
        chat.get_by_role("button", name="Start chat").click()
        expect(chat.get_by_role("alert").filter(has_text="This is needed.")).to_be_visible()
        expect(chat.get_by_label("Your name")).to_be_focused()
        chat.get_by_label("Your name").fill("Vera")
        chat.get_by_label("Your e-mail address (optional)").fill("vera@")
        chat.get_by_role("button", name="Start chat").click()
        expect(chat.get_by_role("alert").filter(has_text="name@example.com")).to_be_visible()
        is_accessible(page)
        chat.get_by_label("Your e-mail address (optional)").fill("vera@example.com")
        page.keyboard.press("Enter")
        field = chat.get_by_role("textbox", name="Write a message…")
        field.fill("Hello")
        field.press("Enter")
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
        card = latest(staff["form"])["visitor"]
        assert (card["name"], card["email"]) == ("Vera", "vera@example.com")
        page.reload()
        expect(chat_on(page).locator(".message.mine")).to_contain_text("Hello")
        expect(chat.get_by_label("Your name")).to_have_count(0)


def test_while_nobody_is_there_the_message_is_left_with_an_address(
    mailing: Stack, websites: dict[str, Website], staff: dict[str, StaffMember], pages: Pages
) -> None:
    with opened(pages, mailing, websites["away"]) as (page, chat):
        heading = chat.get_by_role("heading", name="Nobody is here right now. We are back")
        expect(heading).to_be_visible()
        expect(heading).to_contain_text(re.compile(r"3:00.AM"))  # nine in Berlin
        expect(chat.locator(".form-card")).to_contain_text("we will answer by e-mail")
        is_accessible(page)
        chat.get_by_label("Your e-mail address").fill("vera@example.com")
        chat.get_by_label("Your message").fill("Please call me back")
        chat.get_by_role("button", name="Send message").click()
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
        told = latest(staff["away"])
        assert (told["preview"], told["visitor"]["email"]) == ("Please call me back", "vera@example.com")


def test_nothing_is_stored_and_nobody_is_asked_before_consent(
    mailing: Stack, websites: dict[str, Website], pages: Pages
) -> None:
    with opened(pages, mailing, websites["consent"]) as (page, chat):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        expect(chat.get_by_role("button", name="I agree")).to_be_visible()
        expect(chat.get_by_role("link", name="Privacy policy")).to_have_attribute("href", "https://acme.test/privacy")
        expect(chat.get_by_role("textbox")).to_have_count(0)
        is_accessible(page)
        assert [url for url in asked if "/api/" in url] == []
        kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        assert "r_" not in kept  # only that the window is open
        chat.get_by_role("button", name="I agree").click()
        chat.get_by_role("textbox").fill("Hello")
        chat.get_by_role("textbox").press("Enter")
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
        page.reload()
        expect(chat_on(page).locator(".message.mine")).to_contain_text("Hello")
        expect(chat.get_by_role("button", name="I agree")).to_have_count(0)


def test_at_the_end_vera_rates_and_has_it_sent_to_her(
    mailing: Stack, websites: dict[str, Website], staff: dict[str, StaffMember], pages: Pages, mails: MailServer
) -> None:
    with opened(pages, mailing, websites["plain"]) as (page, chat):
        chat.get_by_role("button", name="Emoji").click()
        chat.get_by_role("button", name="🎉").click()
        field = chat.get_by_role("textbox")
        expect(field).to_be_focused()
        expect(field).to_have_value("🎉")
        field.press("Enter")
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
        conversation = latest(staff["plain"])["id"]
        staff["plain"].rest.patch(f"conversations/{conversation}/", {"status": "resolved"})
        chat.get_by_role("radio", name="Good", exact=True).check()
        chat.get_by_label("What could be better? (optional)").fill("A bit slow")
        is_accessible(page)
        chat.get_by_role("button", name="Send rating").click()
        expect(chat.get_by_text("Thank you for your rating.")).to_be_visible()
        rating = staff["plain"].rest.get(f"conversations/{conversation}/").json()["rating"]
        assert rating == {"score": 4, "comment": "A bit slow"}
        chat.get_by_role("button", name="Send me this chat by e-mail").click()
        chat.get_by_label("Your e-mail address").fill("vera-at-the-end@example.com")
        chat.get_by_role("button", name="Send", exact=True).click()
        expect(chat.get_by_text("It is on its way to vera-at-the-end@example.com.")).to_be_visible()
        mail = mails.to("vera-at-the-end@example.com").get_body(("plain",))
        assert mail is not None
        assert "🎉" in mail.get_content()
