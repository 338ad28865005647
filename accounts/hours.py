"""When a website's people are there: hours of the week in its time zone, and days on which nobody is."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD = 370  # days in which somebody has to be back
NOWHERE = frozenset({"localtime", "Factory"})  # the server's own clock and an unset one, in some systems' lists


@cache
def known_zones() -> frozenset[str]:
    """Once: the system's list is made from hundreds of files, which takes a tenth of a second."""
    return frozenset(available_timezones()) - NOWHERE


def known_zone(name: str) -> str:
    """Hours that were stored with a clock of no place are in UTC, so that they can be read and changed."""
    if name in NOWHERE:
        return "UTC"
    if name not in known_zones():
        raise ValueError("a time zone such as Europe/Berlin")
    return name


class Span(BaseModel):
    """From `start` to `end` of one day; `24:00` is its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def begins_before_it_ends(self) -> Span:
        if self.start >= self.end:
            raise ValueError("start must be before end; hours over midnight are two spans")
        return self


class Holiday(BaseModel):
    """A day on which nobody is there; with `yearly` the same day every year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    name: Annotated[str, StringConstraints(max_length=60)] = ""
    yearly: bool = False

    def is_on(self, day: date) -> bool:
        return day == self.day or (self.yearly and (day.month, day.day) == (self.day.month, self.day.day))


class Hours(BaseModel):
    """Without `enabled` whoever is in the inbox is there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = False
    time_zone: Annotated[str, AfterValidator(known_zone)] = "UTC"
    week: dict[Day, Annotated[list[Span], Field(max_length=6)]] = {
        day: [Span(start="09:00", end="17:00")] for day in DAYS[:5]
    }
    holidays: Annotated[list[Holiday], Field(max_length=200)] = []

    def are_open(self, moment: datetime) -> bool:
        if not self.enabled:
            return True
        here = moment.astimezone(ZoneInfo(self.time_zone))
        clock = f"{here:%H:%M}"
        return any(span.start <= clock < span.end for span in self._spans(here.date()))

    def next_opening(self, moment: datetime) -> datetime | None:
        """When somebody is back, None when that is now or unknown. Clocks may change in between."""
        if self.are_open(moment):
            return None
        zone = ZoneInfo(self.time_zone)
        today = moment.astimezone(zone).date()
        for days in range(AHEAD):
            day = today + timedelta(days=days)
            for span in sorted(self._spans(day), key=lambda span: span.start):
                opening = datetime.combine(day, time.fromisoformat(span.start), zone)
                if opening > moment:
                    return opening.astimezone(moment.tzinfo)
        return None

    def _spans(self, day: date) -> list[Span]:
        if any(holiday.is_on(day) for holiday in self.holidays):
            return []
        return self.week.get(DAYS[day.weekday()], [])


def hours_of(stored: dict[str, Any]) -> Hours:
    """As a website keeps them. Asked for with every socket of a visitor, so the same ones are read once."""
    return _read(json.dumps(stored))


@lru_cache(maxsize=1024)
def _read(stored: str) -> Hours:
    return Hours.model_validate_json(stored)
