"""One's own hours, and websites to be away from, set in the inbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import OpenInbox
from tests.servers.stack import Stack


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.fixture
def blog(people_only: Cast) -> Website:
    return Website.objects.create(organisation=people_only.acme.organisation, name="Blog")


def mine(ben: StaffMember) -> dict[str, object]:
    found: dict[str, object] = next(
        one for one in ben.rest.get("members/").json()["results"] if one["id"] == ben.user.pk
    )
    return found


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), pytest.param("dark", 360, marks=pytest.mark.slow)])
def test_own_hours_are_set_in_the_inbox(ben: StaffMember, open_inbox: OpenInbox, scheme: str, width: int) -> None:
    page = open_inbox("Ben", color_scheme=scheme, viewport={"width": width, "height": 740}, timezone_id="Europe/Lisbon")
    page.keyboard.press("g")
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog", name="Your hours")
    dialog.get_by_role("switch", name="Only at these hours").check()
    expect(dialog.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    dialog.get_by_label("Monday, from").fill("10:30")
    dialog.get_by_role("checkbox", name="Friday").uncheck()
    dialog.get_by_role("checkbox", name="Sunday").check()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    hours = mine(ben)["hours"]
    assert isinstance(hours, dict)
    assert (hours["enabled"], hours["time_zone"]) == (True, "Europe/Lisbon")
    assert hours["week"]["mon"] == [{"start": "10:30", "end": "17:00"}]
    assert (hours["week"]["fri"], hours["week"]["sun"]) == ([], [{"start": "09:00", "end": "17:00"}])


@pytest.mark.slow
def test_one_is_away_from_one_of_ones_websites(
    ben: StaffMember, blog: Website, people_only: Cast, open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ben")
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    page.get_by_text("Away from some websites").first.click()
    page.get_by_role("switch", name="Away from Acme").first.check()
    assert violations(page) == []
    page.reload()
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    page.get_by_text("Away from some websites").first.click()
    expect(page.get_by_role("switch", name="Away from Acme").first).to_be_checked()
    assert mine(ben)["takes"] == [blog.pk]
