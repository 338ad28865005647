"""Opening hours: in the website's own time zone, over changes of the clocks, with days off."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from accounts.hours import Hours, hours_of, known_zones

BERLIN = {"enabled": True, "time_zone": "Europe/Berlin"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-01 06:59", False),  # Monday, 08:59 in Berlin
        ("2026-06-01 07:00", True),
        ("2026-06-01 14:59", True),
        ("2026-06-01 15:00", False),
        ("2026-12-01 07:30", False),  # winter: 08:30
        ("2026-06-06 10:00", False),  # Saturday
    ],
)
def test_hours_are_those_of_the_websites_zone(moment: str, is_open: bool) -> None:
    assert Hours.model_validate(BERLIN).are_open(at(moment)) is is_open


def test_without_hours_it_is_always_open() -> None:
    assert Hours().are_open(at("2026-06-06 03:00"))
    assert Hours().next_opening(at("2026-06-06 03:00")) is None


def test_a_day_off_is_closed_once_or_every_year() -> None:
    off = {"holidays": [{"day": "2026-06-01"}, {"day": "2020-12-25", "yearly": True}]}
    hours = Hours.model_validate(BERLIN | off)
    assert not hours.are_open(at("2026-06-01 10:00"))
    assert hours.are_open(at("2027-06-01 10:00"))
    assert not hours.are_open(at("2026-12-25 10:00"))


@pytest.mark.parametrize(
    ("moment", "back"),
    [
        ("2026-06-01 03:00", "2026-06-01 07:00"),  # the same day
        ("2026-06-05 16:00", "2026-06-08 07:00"),  # after the weekend
        ("2026-10-24 16:00", "2026-10-26 08:00"),  # the clocks went back in between
        ("2026-12-24 20:00", "2026-12-28 08:00"),  # a day off, then a weekend
    ],
)
def test_who_comes_too_late_is_told_when_somebody_is_back(moment: str, back: str) -> None:
    hours = Hours.model_validate(BERLIN | {"holidays": [{"day": "2026-12-25"}]})
    assert hours.next_opening(at(moment)) == at(back)


def test_who_is_never_there_is_not_said_to_come_back() -> None:
    assert Hours.model_validate(BERLIN | {"week": {}}).next_opening(at("2026-06-01 03:00")) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"week": {"mon": [{"start": "17:00", "end": "09:00"}]}},
        {"week": {"mon": [{"start": "9:00", "end": "17:00"}]}},
        {"week": {"someday": []}},
        {"holidays": [{"day": "2026-02-30"}]},
        {"surprise": 1},
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate(wrong)


@pytest.mark.parametrize("clock", ["localtime", "Factory"])
def test_a_clock_of_no_place_that_was_stored_is_read_as_utc_and_offered_no_more(clock: str) -> None:
    assert hours_of({"enabled": True, "time_zone": clock}).time_zone == "UTC"
    assert clock not in known_zones()


def test_stored_hours_cost_nothing_however_many_visitors_come_in() -> None:
    """The system's list of time zones alone takes a tenth of a second to make."""
    stored = {"enabled": True, "time_zone": "Europe/Berlin", "week": {"mon": [{"start": "09:00", "end": "17:00"}]}}
    began = time.monotonic()
    for _ in range(1000):
        assert hours_of({**stored}).time_zone == "Europe/Berlin"
    assert time.monotonic() - began < 1
    assert hours_of(stored | {"time_zone": "UTC"}).time_zone == "UTC"
