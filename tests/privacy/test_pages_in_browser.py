"""Data and privacy, and the audit log, in a browser: nothing for axe to say in any state, and it fits a phone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.websites import change_website
from accounts.models import Website
from conversations.models import Conversation, Visitor
from privacy.models import Erasure, Export
from tests.cast import Cast
from tests.dashboard.accessibility import violations
from tests.servers.pages import Pages
from tests.servers.stack import Stack


@pytest.fixture
def scene(people_only: Cast) -> Website:
    """A website with somebody to find, exports in every state, receipts, and a log."""
    acme = people_only.acme
    for number in range(12):
        change_website(acme.pk, {"unclaimed_minutes": number, "visitor_drafts": bool(number % 2)})
    vera = Visitor.objects.create(website=acme, name="Vera Vale", email="vera@example.com")
    Conversation.objects.for_system().create(
        website=acme, visitor=vera, updated_at=timezone.now() - timedelta(days=400), status="resolved"
    )
    for state in Export.State.values:
        Export.objects.create(
            organisation_id=acme.organisation_id,
            visitor_id=uuid4() if state != "running" else None,
            requested_by_id=people_only.ada.pk,
            requested_by="Ada",
            **{"state": state, "done": 340, "total": 1200, "size": 1_200_000 if state == "ready" else 0},
            expires_at=timezone.now() + timedelta(hours=5),
        )
    for kind in Erasure.Kind.values:
        Erasure.objects.create(
            kind=kind,
            organisation_id=acme.organisation_id,
            subject="5f" * 32,
            requested_by="Ada",
            finished_at=None if kind == "website" else timezone.now(),
            counts={"conversations": 12, "entries": 1204, "files": 3},
        )
    return acme


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_every_state_is_accessible_and_fits(
    stack: Stack, scene: Website, adas_session: str, pages: Pages, scheme: str, width: int
) -> None:
    page = pages(viewport={"width": width, "height": 860}, color_scheme=scheme)
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": adas_session, "url": stack.url}])

    def open_page(rest: str) -> None:
        page.goto(f"{stack.url}/manage/{scene.pk}/{rest}")

    open_page("privacy/")
    page.get_by_label("Delete them after days").fill("90")
    page.get_by_role("button", name="See what would go").click()
    expect(page.get_by_text("1 conversation with 0 entries")).to_be_visible()
    holds(page)
    page.get_by_label("Delete them after days").fill("0")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("greater than or equal to 1")).to_be_visible()
    holds(page)
    open_page("privacy/people/")
    holds(page)
    page.get_by_role("searchbox").fill("vera")
    page.keyboard.press("Enter")
    page.get_by_text("Erase …").click()
    expect(page.get_by_role("button", name="Erase for good Vera Vale")).to_be_visible()
    holds(page)
    open_page("privacy/exports/")
    expect(page.get_by_role("progressbar").first).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_count(1)
    holds(page)
    open_page("privacy/receipts/")
    expect(page.get_by_text("Being erased")).to_be_visible()
    holds(page)
    open_page("audit/")
    expect(page.get_by_text("visitor_drafts: False → True").first).to_be_visible()
    holds(page)
    page.get_by_label("What").select_option("team")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing like this happened.")).to_be_visible()
    holds(page)


def holds(page: Page) -> None:
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
