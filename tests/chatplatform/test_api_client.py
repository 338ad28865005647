"""The page on which integrators try the API: in two tabs, a visitor and somebody of the staff talk to each other."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import PASSWORD
from tests.dashboard.accessibility import violations
from tests.servers.pages import Pages
from tests.servers.stack import Stack

ADDRESS = "/api/client/"


def connected(page: Page) -> None:
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("status")).to_have_text("Connected.")


def said(page: Page, text: str) -> None:
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def test_in_two_tabs_a_visitor_and_the_staff_talk(stack: Stack, people_only: Cast, pages: Pages) -> None:
    staff = pages()
    staff.goto(stack.url + ADDRESS)
    staff.get_by_label("E-mail").fill(people_only.ben.email)
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_role("button", name="Log in").click()
    expect(staff.get_by_role("status")).to_have_text("You are logged in. Connect.")
    connected(staff)
    visitor = staff.context.new_page()
    visitor.goto(stack.url + ADDRESS)
    visitor.get_by_label("Website key").fill(people_only.acme.website_key)
    visitor.get_by_role("button", name="Be a new visitor").click()
    expect(visitor.get_by_role("status")).to_have_text("You are a visitor now. Connect.")
    connected(visitor)
    said(visitor, "Is anybody there?")
    expect(staff.get_by_role("log")).to_contain_text("Is anybody there?")
    said(staff, "Ben is.")
    expect(visitor.get_by_role("log")).to_contain_text("Ben is.")
    visitor.get_by_role("button", name="Resume").click()
    expect(visitor.get_by_role("log")).to_contain_text("← resumed")
    visitor.get_by_role("button", name="Send frame").click()
    expect(visitor.get_by_role("log")).to_contain_text("← rejected")
    for page in (staff, visitor):
        log = page.get_by_role("log").inner_text()
        assert PASSWORD not in log
        assert not re.search(r"v_\w{20}|eyJ\w{20}", log), "what opens doors is in no picture of the page"
        assert violations(page) == []


def test_it_says_what_went_wrong_on_a_phone_in_the_dark(stack: Stack, people_only: Cast, pages: Pages) -> None:
    page = pages(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page.goto(stack.url + ADDRESS)
    page.get_by_label("Website key").fill("wk_nonsense")
    page.get_by_role("button", name="Be a new visitor").click()
    expect(page.get_by_role("log")).to_contain_text("← 404 widget/sessions/")
    page.get_by_label("JSON").fill("{nonsense")
    page.get_by_role("button", name="Send frame").click()
    expect(page.get_by_role("status")).to_contain_text("JSON")
    page.get_by_label("Token").fill("v_" + "x" * 43)
    page.get_by_label("Conversation").fill("none")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("log")).to_contain_text("← 401 auth/ws-connection-token/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
