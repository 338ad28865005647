"""What the window asks: the form before the first message, an address while nobody is there, a rating at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import Membership, Website
from tests.cast import new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.servers.mail import MailServer
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on
from tests.widget.host_page import HostPage

FORM = {"enabled": True, "fields": [{"key": "name", "required": True}, {"key": "email", "kind": "email"}]}
MONDAYS = {"enabled": True, "time_zone": "Europe/Berlin", "week": {"mon": [{"start": "09:00", "end": "09:01"}]}}
SETTINGS: dict[str, dict[str, Any]] = {
    "form": {"ai_enabled": True, "widget": {"form": FORM}},
    "away": {"ai_enabled": False, "hours": MONDAYS},
    "plain": {"ai_enabled": True},
}


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
        page = pages(
            viewport={"width": 360, "height": 740},
            color_scheme=scheme,
            reduced_motion="reduce",
            timezone_id="America/New_York",
        )
        page.goto(shop.url())
        yield page, chat_on(page)


def latest(person: StaffMember) -> dict[str, Any]:
    found: dict[str, Any] = person.rest.get("conversations/").json()["results"][0]
    return found


SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
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
        expect_no_findings(page)
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


@pytest.mark.slow
@SCHEMES
def test_while_nobody_is_there_the_message_is_left_with_an_address(
    mailing: Stack, websites: dict[str, Website], staff: dict[str, StaffMember], pages: Pages, scheme: str
) -> None:
    with opened(pages, mailing, websites["away"], scheme) as (page, chat):
        heading = chat.get_by_role("heading", name="Nobody is here right now. We are back")
        expect(heading).to_be_visible()
        expect(heading).to_contain_text(re.compile(r"3:00.AM"))  # nine in Berlin
        expect(chat.locator(".form-card")).to_contain_text("we will answer by e-mail")
        expect_no_findings(page)
        chat.get_by_label("Your e-mail address").fill("vera@example.com")
        chat.get_by_label("Your message").fill("Please call me back")
        chat.get_by_role("button", name="Send message").click()
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
        told = latest(staff["away"])
        assert (told["preview"], told["visitor"]["email"]) == ("Please call me back", "vera@example.com")


@pytest.mark.slow
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
        expect_no_findings(page)
        chat.get_by_role("button", name="Send rating").click()
        expect(chat.get_by_text("Thank you for your rating.")).to_be_visible()
        rating = staff["plain"].rest.get(f"conversations/{conversation}/").json()["rating"]
        assert rating == {"score": 4, "comment": "A bit slow"}
        chat.get_by_role("button", name="Send me this chat by e-mail").click()
        expect_no_findings(page)
        chat.get_by_label("Your e-mail address").fill("vera-at-the-end@example.com")
        chat.get_by_role("button", name="Send", exact=True).click()
        expect(chat.get_by_text("It is on its way to vera-at-the-end@example.com.")).to_be_visible()
        mail = mails.to("vera-at-the-end@example.com").get_body(("plain",))
        assert mail is not None
        assert "🎉" in mail.get_content()
