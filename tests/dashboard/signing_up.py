"""Somebody who signs up, by the mail that reaches them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.servers.mail import MailServer

PASSWORD = "correct-horse-battery"


def sign_up(page: Page, site: str, mails: MailServer, email: str) -> None:
    page.goto(f"{site}/accounts/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Confirm your e-mail address")).to_be_visible()
    page.goto(link_in(mails, email, "/accounts/confirm-email/"))
    page.get_by_role("button", name="Confirm").click()


def link_in(mails: MailServer, email: str, part: str) -> str:
    body: Any = mails.to(email).get_body(("plain",))
    words: list[str] = body.get_content().split()
    return next(word for word in words if part in word)
