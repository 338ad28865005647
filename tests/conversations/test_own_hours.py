"""When somebody takes conversations: their own hours and the websites they are away from decide, beside `is_away`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Availability, Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in, visit
from tests.conversations.test_assignments import settled, waiting
from tests.servers.stack import Stack

NEVER: dict[str, Any] = {"enabled": True, "week": {}}
BERLIN = {"enabled": True, "time_zone": "Europe/Berlin"}


@pytest.fixture
def ben(stack: Stack, wanting: Cast) -> StaffMember:
    return log_in(stack, wanting.ben)


@pytest.fixture
def blog(wanting: Cast) -> Website:
    organisation = wanting.acme.organisation
    return Website.objects.create(organisation=organisation, name="Blog", auto_assign=True, ai_enabled=False)


def mine(who: StaffMember, **wanted: Any) -> dict[str, Any]:
    answer = who.rest.patch(f"members/{who.user.pk}/", wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("moment", "takes"), [("2026-06-01T06:59", False), ("2026-06-01T07:00", True), ("2026-06-06T10:00", False)]
)
def test_own_hours_are_those_of_ones_own_zone(moment: str, takes: bool) -> None:
    state = Availability(pk=1, hours=BERLIN)
    assert state.is_here_for(7, datetime.fromisoformat(moment).replace(tzinfo=UTC)) is takes


def test_own_hours_are_set_by_oneself_and_by_admins_and_kept(stack: Stack, wanting: Cast, ben: StaffMember) -> None:
    assert mine(ben, hours=NEVER)["takes"] == []
    assert mine(ben, hours=BERLIN)["hours"]["time_zone"] == "Europe/Berlin"
    path = f"members/{wanting.ben.pk}/"
    assert log_in(stack, wanting.cleo).rest.patch(path, {"hours": {}}).json()["takes"] == [wanting.acme.pk]
    assert ben.rest.patch(f"members/{wanting.cleo.pk}/", {"hours": NEVER}).status_code == 403
    assert log_in(stack, wanting.mallory).rest.patch(path, {"hours": NEVER}).status_code == 404
    wrongs: list[Any] = [{"time_zone": "Mars/Olympus"}, {"week": {"someday": []}}, None]
    for wrong in wrongs:
        assert ben.rest.patch(path, {"hours": wrong}).status_code == 400


async def test_outside_of_ones_own_hours_one_is_given_nothing_and_visitors_see_nobody(
    stack: Stack, ben: StaffMember, wanting: Cast
) -> None:
    vera = visit(stack, wanting.acme)
    vera.open()
    async with ben.socket() as inbox, vera.socket() as chat:
        mine(ben, hours=NEVER)
        await inbox.expect("availability")
        await chat.expect("presence", available=False)
        visitors = waiting(stack, wanting, 1)
        await settled(visitors, [None])
        mine(ben, hours={})
        await chat.expect("presence", available=True)
        await settled(visitors, [wanting.ben.pk])


async def test_away_from_one_website_one_is_still_there_for_the_other(
    stack: Stack, blog: Website, ben: StaffMember, wanting: Cast
) -> None:
    reader = visit(stack, blog)
    reader.open("A question about the blog")
    async with ben.socket() as inbox:
        state = mine(ben, away_from=[wanting.acme.pk])
        assert (state["away_from"], state["takes"]) == ([wanting.acme.pk], [blog.pk])
        assert (await inbox.expect("availability"))["away_from"] == [wanting.acme.pk]
        await settled([reader], [wanting.ben.pk])
        visitors = waiting(stack, wanting, 1)
        await settled(visitors, [None])
        mine(ben, away_from=[])
        await settled(visitors, [wanting.ben.pk])


def test_of_websites_that_one_does_not_see_nobody_says_or_changes_anything(
    stack: Stack, wanting: Cast, ben: StaffMember
) -> None:
    Availability.objects.create(user=wanting.ben, away_from=[wanting.globex.pk])
    assert mine(ben, away_from=[wanting.acme.pk])["away_from"] == [wanting.acme.pk]
    assert mine(ben, away_from=[])["away_from"] == []
    assert Availability.objects.get(user=wanting.ben).away_from == [wanting.globex.pk]
