"""The transcript's form in the chat: by keyboard alone, and held by axe in every look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import Membership, Website
from tests.cast import new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.servers.mail import MailServer
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on, launcher, store
from tests.widget.host_page import HostPage
from tests.widget.test_keyboard import has_focus, press_until

pytestmark = pytest.mark.slow  # a server of its own, which sends mail; in short: test_endings.py
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "320 px": {"viewport": {"width": 320, "height": 568}},
    "forced colours": {"forced_colors": "active"},
}


@pytest.fixture(scope="module")
def acme(open_database: None) -> Website:
    """Nobody is there, and no form stands in the way."""
    return new_website("Acme", ai_enabled=False, widget={"offline": {"enabled": False}})


@pytest.fixture(scope="module")
def ben(mailing: Stack, acme: Website) -> StaffMember:
    return log_in(mailing, new_person("Ben", acme, Membership.Role.AGENT))


@pytest.fixture(scope="module")
def shop(mailing: Stack, acme: Website) -> Iterator[HostPage]:
    with HostPage(f"{mailing.url}/widget/{acme.website_key}.js") as page:
        yield page


def resolved(page: Page, shop: HostPage, ben: StaffMember) -> FrameLocator:
    """A chat that has come to its end."""
    page.goto(shop.url())
    chat = chat_on(page)
    store(chat, "That is all")
    conversation = ben.rest.get("conversations/").json()["results"][0]["id"]
    ben.rest.patch(f"conversations/{conversation}/", {"status": "resolved"})
    expect(chat.get_by_role("button", name="Send me this chat by e-mail")).to_be_visible()
    return chat


def test_the_keyboard_alone_has_it_sent(shop: HostPage, ben: StaffMember, mails: MailServer, pages: Pages) -> None:
    page = pages()
    chat = resolved(page, shop, ben)
    offer = chat.get_by_role("button", name="Send me this chat by e-mail")
    press_until(page, "Shift+Tab", has_focus(offer))
    page.keyboard.press("Enter")
    field = chat.get_by_label("Your e-mail address")
    expect(field).to_be_focused()
    page.keyboard.type("vera@")
    page.keyboard.press("Enter")
    expect(chat.get_by_role("alert").filter(has_text="Please write an address")).to_be_visible()
    expect(field).to_be_focused()
    page.keyboard.press("Control+a")
    address = f"{uuid4().hex}@example.com"
    page.keyboard.type(address)
    page.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Send", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    done = chat.get_by_text(f"It is on its way to {address}.")
    expect(done).to_be_focused()
    assert mails.to(address)["Subject"] == "Your chat with Acme"
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_it(shop: HostPage, ben: StaffMember, pages: Pages, look: str) -> None:
    page = pages(**{"viewport": {"width": 480, "height": 800}, "reduced_motion": "reduce", **LOOKS[look]})
    chat = resolved(page, shop, ben)
    expect_no_findings(page)
    chat.get_by_role("button", name="Send me this chat by e-mail").click()
    field = chat.get_by_label("Your e-mail address")
    expect(field).to_be_focused()
    expect_no_findings(page)
    field.fill("vera@")
    field.press("Enter")
    expect(chat.get_by_role("alert").filter(has_text="Please write an address")).to_be_visible()
    expect_no_findings(page)
    address = f"{uuid4().hex}@example.com"
    field.fill(address)
    field.press("Enter")
    expect(chat.get_by_text(f"It is on its way to {address}.")).to_be_visible()
    expect_no_findings(page)
