"""The days that a report is about, on the clocks of a time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST = 366  # days
USUAL = 30  # days, unless others are asked for
LAST_DAY = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment that is no more of it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def problems_of(first: date, last: date) -> dict[str, str]:
    """Why these are no period, by which of the two it is."""
    if first.year < 2000:
        return {"first": "A day of this century."}
    if last > LAST_DAY:
        return {"last": "A day that somebody will live to see."}
    if not timedelta() <= last - first < timedelta(days=LONGEST):
        return {"last": f"A day after the first one, at most {LONGEST} days in all."}
    return {}


def last_days(count: int, zone: ZoneInfo, now: datetime) -> Period:
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=count - 1), today, zone)
