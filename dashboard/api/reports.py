"""Reports over REST, for owners and admins: the figures of the page, with times in seconds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff, administered_websites
from accounts.hours import known_zones
from accounts.models import User, Website
from conversations.errors import Invalid
from dashboard.api.rights import named_website, owner_of
from dashboard.reports.facts import read_all
from dashboard.reports.figures import Row, report_of
from dashboard.reports.periods import USUAL, Period, last_days, problems_of
from foundation.rest import answer

ASKED = [
    OpenApiParameter("website", OpenApiTypes.INT, description="of one; left out: of all that you administer"),
    OpenApiParameter("first", OpenApiTypes.DATE, description=f"left out: so that they are {USUAL} days"),
    OpenApiParameter("last", OpenApiTypes.DATE, description="belongs to it; left out: today"),
    OpenApiParameter("zone", OpenApiTypes.STR, description="such as Europe/Berlin; left out: that of the website"),
]


class Measures(BaseModel):
    """Times are medians, in seconds; null of nothing. See docs/owners.md for what each counts."""

    conversations: int
    answered: int
    first_response: float | None
    resolved: int
    resolution: float | None
    rated: int
    mean_rating: float | None
    confirmed: int
    assumed: int
    handed_over: int
    abandoned: int
    open: int


class DayMeasures(Measures):
    day: date


class AgentMeasures(Measures):
    agent: int
    name: str


class WebsiteMeasures(Measures):
    website: int
    name: str


class HourCount(BaseModel):
    """How many conversations began at this hour of the zone's clocks; `weekday` 1 is Monday."""

    weekday: int
    hour: int
    conversations: int


class ReportForm(BaseModel):
    """`is_behind`: the worker is still reading what happened; ask again. `websites` only where there are several."""

    first: date
    last: date
    zone: str
    is_behind: bool
    totals: Measures
    days: list[DayMeasures]
    hours: list[HourCount]
    agents: list[AgentMeasures]
    websites: list[WebsiteMeasures]


class Asked(BaseModel):
    """The query."""

    model_config = ConfigDict(extra="ignore")

    first: date | None = None
    last: date | None = None
    zone: str = ""


class ReportsView(APIView):
    """`GET reports/`."""

    @extend_schema(parameters=ASKED, responses=ReportForm, operation_id="reports_retrieve")
    def get(self, request: Request) -> Response:
        actor = owner_of(request)
        websites = _websites(request, actor)
        asked = Asked.model_validate(request.query_params.dict())
        period = _period(asked, websites[0].opening_hours.time_zone if websites else "UTC")
        ids = [one.pk for one in websites]
        is_behind = read_all(ids)
        report = report_of(actor, ids, period, timezone.now())
        hours = sorted(report.hours.items())
        found = ReportForm(
            first=period.first,
            last=period.last,
            zone=period.zone.key,
            is_behind=is_behind,
            totals=Measures(**_plain(report.totals)),
            days=[DayMeasures(**_plain(row)) for row in report.days],
            hours=[HourCount(weekday=day, hour=hour, conversations=n) for (day, hour), n in hours],
            agents=[AgentMeasures(name=row["agent__name"], **_plain(row)) for row in report.agents],
            websites=[WebsiteMeasures(name=row["website__name"], **_plain(row)) for row in report.websites],
        )
        return answer(found)


def _websites(request: Request, actor: Staff) -> list[Website]:
    """Raises Invalid, NotFound or PermissionDenied."""
    if "website" in request.query_params:
        return [named_website(request, request.query_params)]
    return list(administered_websites(User.objects.get(pk=actor.user_id)).filter(pk__in=actor.websites))


def _period(asked: Asked, usual_zone: str) -> Period:
    zone = asked.zone or usual_zone
    if zone not in known_zones():
        raise Invalid("zone: one such as Europe/Berlin")
    usual = last_days(USUAL, ZoneInfo(zone), timezone.now())
    last = asked.last or usual.last
    first = asked.first or (last - (usual.last - usual.first) if last.year > 2000 else last)
    for name, problem in problems_of(first, last).items():
        raise Invalid(f"{name}: {problem}")
    return Period(first, last, usual.zone)


def _plain(row: Row) -> dict[str, Any]:
    return {name: value.total_seconds() if isinstance(value, timedelta) else value for name, value in row.items()}
