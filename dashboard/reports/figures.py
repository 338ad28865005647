"""The figures of a report. Each query goes over the facts of the period once: index facts_by_start.

Each day is a stretch of that index, between moments that Python has read off the calendar: otherwise Postgres would ask
for the day of every row, and sort by it.

Everything is counted to the day, in the report's time zone, on which the visitor said the first words.

* First response: from the visitor's first message to the first message of a person of the staff, where there is one.
* Resolution: from the visitor's first message to the last resolve, of conversations that are resolved.
* What became of the assistant's conversations, each in exactly one of these, in this order:
  `handed_over`: it had begun an answer, and then people had the conversation: it handed over, or somebody took over.
  `open`: not resolved, and somebody said something within the last 24 hours; not counted yet.
  `confirmed`: the visitor said that it helped: a rating of 4 or 5, else the last thumb was up.
  `abandoned`: the visitor said that it did not (a rating of 1 or 2, a thumb down), or the assistant's last answer was
  none: it asked back, did not know, or broke off.
  `assumed`: its last answer was one and the visitor said no more. Nobody knows whether it helped.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction

from accounts.actors import Staff
from dashboard.reports.periods import Period
from foundation.db import db
from foundation.rest import run

QUIET = timedelta(hours=24)
SORTS = "64MB"  # so that the medians of a hundred thousand conversations are found without the disk
OUTCOMES = ("confirmed", "assumed", "handed_over", "abandoned", "open")
ADDED_UP = ("conversations", "answered", "resolved", "rated", "ratings", *OUTCOMES)

# As the module says; empty where the assistant began nothing.
OUTCOME = """CASE
    WHEN NOT ai_began THEN ''
    WHEN to_people THEN 'handed_over'
    WHEN resolved_at IS NULL AND last_said_at > %(quiet_since)s THEN 'open'
    WHEN rating >= 4 THEN 'confirmed'
    WHEN rating <= 2 OR NOT thumb THEN 'abandoned'
    WHEN thumb THEN 'confirmed'
    WHEN ai_answered THEN 'assumed'
    ELSE 'abandoned'
END"""
COUNTS = f"""count(*) AS conversations, count(first_response_at) AS answered, count(resolved_at) AS resolved,
    count(rating) AS rated, coalesce(sum(rating), 0) AS ratings,
    {", ".join(f"count(*) FILTER (WHERE outcome = '{name}') AS {name}" for name in OUTCOMES)}"""
MEDIANS = """percentile_cont(0.5) WITHIN GROUP (ORDER BY first_response_at - started_at) AS first_response,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY resolved_at - started_at) AS resolution"""
FACTS = f"""(
    SELECT *, {OUTCOME} AS outcome FROM dashboard_conversationfacts
    WHERE website_id = ANY (%(websites)s) AND started_at >= {{begins}} AND started_at < {{ends}}
) facts"""
WHOLE = FACTS.format(begins="%(begins)s", ends="%(ends)s")
STRETCHES = "unnest(%(starts)s::timestamptz[], %(stops)s::timestamptz[]) WITH ORDINALITY AS stretch (starts, stops, n)"
OF_STRETCH = FACTS.format(begins="stretch.starts", ends="stretch.stops")
BY_STRETCH = f"SELECT {{what}} FROM {STRETCHES} CROSS JOIN LATERAL (SELECT {{of_each}} FROM {OF_STRETCH}) counted"
BY_KEY = (
    "SELECT named.name AS {key}__name, counted.* FROM ("
    f"SELECT {{key}}_id AS {{key}}, {COUNTS}, {MEDIANS} FROM {WHOLE} WHERE {{key}}_id IS NOT NULL GROUP BY {{key}}_id"
    ") counted JOIN {names} named ON named.id = counted.{key} ORDER BY named.name, counted.{key}"
)
A = TypeVar("A")
B = TypeVar("B")
Row = dict[str, Any]
Rows = list[Row]


@dataclass(frozen=True, slots=True)
class Report:
    """`days`: one row for each day; `hours`: by (ISO weekday, hour); `websites`: only where several are asked for.

    Times are of type timedelta, None of nothing.
    """

    totals: Row
    days: Rows
    hours: dict[tuple[int, int], int]
    agents: Rows
    websites: Rows


def report_of(actor: Staff, website_ids: list[int], period: Period, now: datetime) -> Report:
    """Of those of the websites that the actor may see."""
    seen = [one for one in website_ids if one in actor.websites]
    given = {"websites": seen, "begins": period.begins, "ends": period.ends, "quiet_since": now - QUIET}
    has_several = len(website_ids) > 1
    one, other = run(_together(lambda: _days_and_totals(period, given), lambda: _besides(period, given, has_several)))
    (days, totals), (hours, agents, websites) = one, other
    return Report(totals, [_with_mean(row) for row in days], hours, agents, websites)


async def _together(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """On two connections: half of the time where Postgres has two cores."""
    one, other = await asyncio.gather(db(_with_room, first), db(_with_room, second))
    return one, other


@transaction.atomic
def _with_room(query: Callable[[], A]) -> A:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{SORTS}'")
        cursor.execute("SET LOCAL jit = off")  # compiling costs more than these queries do
    return query()


def _days_and_totals(period: Period, given: Row) -> tuple[Rows, Row]:
    days = _by_day(period, given)
    return days, _added_up(days) | _rows(f"SELECT {MEDIANS} FROM {WHOLE}", given)[0]


def _besides(period: Period, given: Row, has_several: bool) -> tuple[dict[tuple[int, int], int], Rows, Rows]:
    """Hours, people and websites."""
    return (
        _by_hour(period, given),
        _by("agent", "accounts_user", given),
        _by("website", "accounts_website", given) if has_several else [],
    )


def _by(key: str, names: str, given: Row) -> Rows:
    """A row for each value of the key that there is."""
    return [_with_mean(row) for row in _rows(BY_KEY.format(key=key, names=names), given)]


def _by_day(period: Period, given: Row) -> Rows:
    """Also the days on which nothing happened. With `ratings`, which can be added up as a mean cannot."""
    days = period.days
    starts = [period.begins, *(Period(day, day, period.zone).begins for day in days[1:])]
    asked = BY_STRETCH.format(what="counted.*", of_each=f"{COUNTS}, {MEDIANS}") + " ORDER BY stretch.n"
    found = _rows(asked, given | {"starts": starts, "stops": [*starts[1:], period.ends]})
    return [{"day": day, **row} for day, row in zip(days, found, strict=True)]


def _by_hour(period: Period, given: Row) -> dict[tuple[int, int], int]:
    hour = "date_trunc('hour', started_at AT TIME ZONE %(zone)s)"
    found: Counter[tuple[int, int]] = Counter()
    for row in _rows(
        f"SELECT {hour} AS hour, count(*) AS many FROM {WHOLE} GROUP BY 1", given | {"zone": period.zone.key}
    ):
        found[(row["hour"].isoweekday(), row["hour"].hour)] += row["many"]
    return dict(found)


def _added_up(days: Rows) -> Row:
    return _with_mean({name: sum(row[name] for row in days) for name in ADDED_UP})


def _with_mean(row: Row) -> Row:
    kept = {name: value for name, value in row.items() if name != "ratings"}
    return kept | {"mean_rating": row["ratings"] / row["rated"] if row["rated"] else None}


def _rows(sql: str, given: Row) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
