"""The form of a website's hours: spans for each day, days off, and what a visitor reads at a given moment."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from accounts.hours import DAYS, Hours, known_zones

NAMES: dict[str, str] = dict(
    zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
MOST_SPANS = 6
FEWEST_SHOWN = 2
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)


class HoursForm(forms.Form):
    """Each day's spans are fields of their own: `mon_0_start`, `mon_0_end` …; an empty pair means nothing."""

    enabled = forms.BooleanField(label="We have hours", required=False)
    time_zone = forms.ChoiceField(label="Time zone", choices=[(one, one) for one in sorted(known_zones())])
    moment = forms.CharField(
        label="At another moment",
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, spans: dict[str, int], **kwargs: Any) -> None:
        """`spans`: how many pairs of fields each day has."""
        super().__init__(*args, **kwargs)
        self.spans = spans
        for day, count in spans.items():
            for n in range(count):
                for edge, said in (("start", "from"), ("end", "to")):
                    self.fields[f"{day}_{n}_{edge}"] = forms.CharField(
                        label=f"{NAMES[day]}, {said}",
                        required=False,
                        max_length=5,
                        widget=forms.TextInput(attrs={"type": "time"}),
                    )

    def days(self) -> list[dict[str, Any]]:
        """For the page: each day with its pairs of fields."""
        return [
            {
                "name": NAMES[day],
                "pairs": [(self[f"{day}_{n}_start"], self[f"{day}_{n}_end"]) for n in range(count)],
                "errors": self.errors.get(f"{day}_0_start", []) if self.is_bound else [],
            }
            for day, count in self.spans.items()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["week"] = {day: self._spans(day, given) for day in self.spans}
        return given

    def clean_moment(self) -> datetime | None:
        given = self.cleaned_data["moment"]
        try:
            return datetime.fromisoformat(given) if given else None
        except ValueError:
            raise forms.ValidationError("A day and a time, such as 2026-12-24T18:00.") from None

    def _spans(self, day: str, given: dict[str, Any]) -> list[dict[str, str]]:
        """A day ends at 24:00, which fields for a time call 00:00."""
        found = []
        for n in range(self.spans[day]):
            start, end = given.get(f"{day}_{n}_start", ""), given.get(f"{day}_{n}_end", "")
            if not start and not end:
                continue
            end = "24:00" if end == "00:00" else end
            if not (CLOCK.fullmatch(start) and CLOCK.fullmatch(end)):
                return self._refuse(day, "Two times, such as 09:00 and 17:00.")
            if start >= end:
                return self._refuse(day, "The end comes after the beginning; hours over midnight are two spans.")
            found.append({"start": start, "end": end})
        found.sort(key=lambda span: span["start"])
        if any(one["end"] > other["start"] for one, other in pairwise(found)):
            return self._refuse(day, "These times overlap.")
        return found

    def _refuse(self, day: str, why: str) -> list[dict[str, str]]:
        self.add_error(f"{day}_0_start", why)
        return []


class HolidayForm(forms.Form):
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    name = forms.CharField(label="What it is", required=False, max_length=60)
    yearly = forms.BooleanField(label="Every year", required=False)


def pairs_for(stored: Hours) -> dict[str, int]:
    """One empty pair more than there are, so that there is always somewhere to write."""
    return {day: min(MOST_SPANS, max(FEWEST_SHOWN, len(stored.week.get(day, [])) + 1)) for day in DAYS}


def pairs_sent(names: Any) -> dict[str, int]:
    """As many pairs as the page had."""
    found: dict[str, int] = dict.fromkeys(DAYS, FEWEST_SHOWN)
    for day in DAYS:
        for n in range(MOST_SPANS):
            if f"{day}_{n}_start" in names:
                found[day] = max(found[day], n + 1)
    return found


def initial_of(stored: Hours) -> dict[str, Any]:
    given: dict[str, Any] = {"enabled": stored.enabled, "time_zone": stored.time_zone}
    for day, spans in stored.week.items():
        for n, span in enumerate(sorted(spans, key=lambda one: one.start)):
            given[f"{day}_{n}_start"] = span.start
            given[f"{day}_{n}_end"] = "00:00" if span.end == "24:00" else span.end
    return given


def said_at(hours: Hours, moment: datetime | None) -> dict[str, Any]:
    """What visitors are told then; `moment` is on the clocks of the hours' own time zone, None means now."""
    zone = ZoneInfo(hours.time_zone)
    then = timezone.now().astimezone(zone) if moment is None else moment.replace(tzinfo=zone)
    back = hours.next_opening(then)
    return {"then": then, "is_open": hours.are_open(then), "back": back, "zone": hours.time_zone}
