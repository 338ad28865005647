"""Hours on the owners' pages: the week, days off, and what a visitor would read."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.hours import Hours
from accounts.models import Website
from tests.cast import Cast
from tests.dashboard.forms import sent
from tests.dashboard.reading import address, browser_of, text_of


@pytest.fixture
def page(cast: Cast) -> str:
    return address(cast.acme, "hours/")


def stored(website: Website) -> Hours:
    website.refresh_from_db()
    return website.opening_hours


def test_a_page_that_is_only_saved_changes_nothing(cast: Cast, adas_browser: Client, page: str) -> None:
    before = Hours(enabled=True, time_zone="Europe/Berlin", week={"sat": [{"start": "10:00", "end": "24:00"}]})
    cast.acme.hours = before.model_dump(mode="json")
    cast.acme.save()
    assert adas_browser.post(page, sent(adas_browser.get(page))).status_code == 302
    after = stored(cast.acme)
    assert (after.enabled, after.time_zone) == (True, "Europe/Berlin")
    assert {day: spans for day, spans in after.week.items() if spans} == before.week


def test_ada_sets_a_lunch_break_a_night_and_a_day_off(cast: Cast, adas_browser: Client, page: str) -> None:
    given = sent(adas_browser.post(page, sent(adas_browser.get(page)) | {"holidays-do": "add"}))
    given |= {"enabled": "on", "time_zone": "Europe/Berlin"}
    given |= {"mon_0_start": "13:00", "mon_0_end": "17:00", "mon_1_start": "08:00", "mon_1_end": "12:00"}
    given |= {"fri_0_start": "18:00", "fri_0_end": "00:00", "tue_0_start": "", "tue_0_end": ""}
    given |= {"holidays-0-day": "2026-12-25", "holidays-0-name": "Christmas 🎄", "holidays-0-yearly": "on"}
    assert adas_browser.post(page, given).status_code == 302
    kept = stored(cast.acme)
    assert [(one.start, one.end) for one in kept.week["mon"]] == [("08:00", "12:00"), ("13:00", "17:00")]
    assert [(one.start, one.end) for one in kept.week["fri"]] == [("18:00", "24:00")]
    assert kept.week["tue"] == []
    assert [(str(one.day), one.name, one.yearly) for one in kept.holidays] == [("2026-12-25", "Christmas 🎄", True)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"mon_0_start": "17:00", "mon_0_end": "09:00"}, "after the beginning"),
        ({"mon_0_start": "09:00", "mon_0_end": ""}, "Two times"),
        ({"mon_0_start": "9", "mon_0_end": "17"}, "Two times"),
        ({"mon_0_start": "٠٩:٠٠", "mon_0_end": "17:00"}, "Two times"),
        ({"mon_1_start": "16:00", "mon_1_end": "18:00"}, "overlap"),
        ({"time_zone": "Mars/Base"}, "not one of the available"),
        ({"moment": "soon"}, "A day and a time"),
        ({"holidays-count": "1", "holidays-0-day": "2026-02-30"}, "valid date"),
        ({"holidays-count": "1", "holidays-0-day": "2026-02-20", "holidays-0-name": "x" * 61}, "at most 60"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    cast: Cast, adas_browser: Client, page: str, given: dict[str, str], why: str
) -> None:
    answer = adas_browser.post(page, sent(adas_browser.get(page)) | given)
    assert (answer.status_code, why in text_of(answer)) == (422, True)
    assert stored(cast.acme) == Hours()


def test_a_visitors_answer_can_be_tried_without_saving(cast: Cast, adas_browser: Client, page: str) -> None:
    given = sent(adas_browser.get(page)) | {"enabled": "on", "time_zone": "America/New_York", "preview": "1"}
    words = text_of(adas_browser.post(page, given | {"moment": "2026-11-28T12:00"}))  # a Saturday
    assert "On Saturday, 28 November 2026, 12:00 (America/New_York)" in words
    assert "“We are back Monday, 30 November, 09:00.”" in words
    assert "you are there" in text_of(adas_browser.post(page, given | {"moment": "2026-11-30T12:00"}))
    nobody = {name: "" for name in given if name.endswith(("_start", "_end"))}
    assert "no day has hours" in text_of(adas_browser.post(page, given | nobody))
    assert stored(cast.acme) == Hours()


def test_rows_are_added_and_removed_and_nothing_typed_is_lost(cast: Cast, adas_browser: Client, page: str) -> None:
    given = sent(adas_browser.get(page)) | {"mon_0_start": "06:00", "enabled": "on"}
    given = sent(adas_browser.post(page, given | {"holidays-do": "add"})) | {"holidays-0-name": "first"}
    given = sent(adas_browser.post(page, given | {"holidays-do": "add"})) | {"holidays-1-name": "second"}
    answer = adas_browser.post(page, given | {"holidays-do": "remove-0"})
    left = sent(answer)
    assert (left["holidays-count"], left["holidays-0-name"]) == ("1", "second")
    assert (left["mon_0_start"], left["enabled"]) == ("06:00", "on")
    assert "Nothing was saved" not in text_of(answer)  # nobody is done yet
    assert stored(cast.acme) == Hours()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["remove-99", "remove--1", "up-x", "down-", "", "drop", "remove-" + "9" * 500])
def test_a_button_that_is_none_does_nothing(cast: Cast, adas_browser: Client, page: str, command: str) -> None:
    given = sent(adas_browser.get(page)) | {"holidays-count": "9" * 40, "holidays-do": command}
    assert adas_browser.post(page, given).status_code == 200
    assert stored(cast.acme) == Hours()


def test_a_stale_page_writes_over_nobody_unasked(cast: Cast, adas_browser: Client, page: str) -> None:
    stale = sent(adas_browser.get(page))
    browser_of(cast.cleo).post(page, stale | {"time_zone": "Asia/Tokyo"})
    # Also by way of a row that is added to it, and of a mistake that is corrected.
    stale = sent(adas_browser.post(page, stale | {"holidays-do": "add"})) | {"holidays-0-day": "never"}
    stale = sent(adas_browser.post(page, stale)) | {"holidays-0-day": "2026-12-25"}
    answer = adas_browser.post(page, stale)
    assert (answer.status_code, stored(cast.acme).time_zone) == (409, "Asia/Tokyo")
    assert adas_browser.post(page, sent(answer)).status_code == 302
    assert stored(cast.acme).time_zone == "UTC"


def test_mallory_finds_none_of_it_and_ben_may_do_none_of_it(cast: Cast, page: str) -> None:
    for method in ("get", "post"):
        assert getattr(browser_of(cast.mallory), method)(page).status_code == 404
        assert getattr(browser_of(cast.ben), method)(page).status_code == 403
    given = sent(browser_of(cast.ada).get(page)) | {"enabled": "on"}
    assert browser_of(cast.mallory).post(page, given).status_code == 404
    assert stored(cast.acme) == Hours()
