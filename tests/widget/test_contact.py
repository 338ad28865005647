"""Nobody is there: Vera leaves her e-mail address in the chat, and Ben finds it in the inbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import Membership, Website
from tests.assistant.knowledge import website_with_passwords
from tests.cast import new_person
from tests.clients.people import StaffMember, log_in, session_cookie
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on, inner_frame
from tests.widget.host_page import HostPage

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
MAIL = "vera@example.com"


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


@pytest.fixture
def ben(stack: Stack, acme: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", acme, Membership.Role.AGENT))


@pytest.fixture
def session(stack: Stack, ben: StaffMember) -> str:
    """Ben's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, ben.user)["Cookie"].partition("=")[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_vera_leaves_her_address_when_nobody_is_there_and_ben_sees_it(
    stack: Stack, acme: Website, session: str, pages: Pages, scheme: str
) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = pages(viewport={"width": 360, "height": 740}, color_scheme=scheme)
        page.goto(shop.url())
        chat = chat_on(page)
        expect(chat.get_by_label("Your e-mail address")).to_have_count(0)
        chat.get_by_role("button", name="Talk to a person").click()
        field = chat.get_by_label("Your e-mail address")
        field.fill("vera@")
        field.press("Enter")
        expect(chat.get_by_role("alert")).to_have_text("Please write an address such as name@example.com.")
        expect(field).to_be_focused()
        found = inner_frame(page).evaluate(f"{AXE.read_text()};axe.run(document, {{runOnly: ['wcag2a', 'wcag2aa']}})")
        assert [one["id"] for one in found["violations"]] == []
        assert inner_frame(page).evaluate("document.body.scrollWidth <= innerWidth")
        field.fill(MAIL)
        page.keyboard.press("Tab")
        expect(chat.get_by_role("button", name="Leave address")).to_be_focused()
        page.keyboard.press("Enter")
        expect(chat.get_by_role("log")).to_contain_text(
            f"Thank you. If we miss each other here, we will write to {MAIL}"
        )
        expect(field).to_have_count(0)
        expect(chat.get_by_role("textbox")).to_be_focused()

        inbox = pages(viewport={"width": 1440, "height": 900})
        inbox.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
        inbox.goto(f"{stack.url}/live-chat/")
        inbox.locator("#conversation-list a").first.click()
        expect(inbox.get_by_role("log")).to_contain_text(f"The visitor left an e-mail address: {MAIL}")
