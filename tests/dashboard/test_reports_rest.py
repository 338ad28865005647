"""Reports over REST: the same figures as on the page and as counted by hand, for owners and admins of the websites."""

from __future__ import annotations

from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from dashboard.reports.facts import read_facts
from dashboard.reports.periods import last_days
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.dashboard.past import counted_by_hand, make_past
from tests.servers.stack import Stack


@pytest.fixture
def people(stack: Stack, cast: Cast) -> dict[str, StaffMember]:
    return {name: log_in(stack, getattr(cast, name)) for name in ("ada", "ben", "cleo", "mallory")}


def test_the_figures_are_those_that_are_counted_by_hand(people: dict[str, StaffMember], cast: Cast) -> None:
    now = timezone.now()
    with transaction.atomic():  # the worker reads beside it, and is to see no half of a conversation
        make_past(cast.acme, [cast.ben, cast.cleo], 60, now, Random(7))
    while read_facts(cast.acme.pk):
        pass
    period = last_days(41, ZoneInfo("Asia/Kathmandu"), now)
    by_hand = counted_by_hand([cast.acme], period, now)
    asked = {"first": str(period.first), "last": str(period.last), "zone": "Asia/Kathmandu"}
    for name in ("ada", "cleo"):
        found = people[name].rest.get("reports/", website=cast.acme.pk, **asked).json()
        assert {key: value and round(value, 3) for key, value in found["totals"].items()} == {
            key: value and round(value, 3) for key, value in by_hand["totals"].items()
        }
        assert len(found["days"]) == 41
        assert sum(day["conversations"] for day in found["days"]) == by_hand["totals"]["conversations"]
        assert {(one["weekday"], one["hour"]): one["conversations"] for one in found["hours"]} == by_hand["hours"]
        assert {one["agent"]: one["conversations"] for one in found["agents"]} == {
            agent: row["conversations"] for agent, row in by_hand["agents"].items()
        }
        assert {one["name"] for one in found["agents"]} == {"Ben", "Cleo"}


def test_mallory_counts_nothing_of_acme_and_ben_counts_nothing_at_all(
    people: dict[str, StaffMember], cast: Cast
) -> None:
    make_past(cast.acme, [cast.ben], 5, timezone.now(), Random(4))
    assert people["mallory"].rest.get("reports/", website=cast.acme.pk).status_code == 404
    everywhere = people["mallory"].rest.get("reports/").json()
    assert everywhere["totals"]["conversations"] == 0
    assert everywhere["agents"] == []
    assert people["ben"].rest.get("reports/").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"first": "never"},
        {"first": "2026-02-30"},
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "2020-01-01", "last": "2026-01-01"},
        {"last": "0001-01-01"},
        {"last": "9999-12-31"},
        {"zone": "../etc/passwd"},
        {"zone": "localtime"},
        {"zone": "a\0b"},
        {"website": "acme"},
    ],
    ids=str,
)
def test_a_time_that_is_none_is_refused(people: dict[str, StaffMember], query: dict[str, str]) -> None:
    answer = people["ada"].rest.get("reports/", **query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
