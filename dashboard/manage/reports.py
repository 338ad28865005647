"""What happened: volume, times, outcomes of the assistant, ratings; for some days, of one website or of all."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actors import administered_websites
from accounts.hours import known_zones
from accounts.models import Website
from assistant.questions.spreadsheet import harmless
from dashboard.manage.access import for_owners, member
from dashboard.manage.canned import actor_of
from dashboard.manage.saving import INVALID
from dashboard.manage.sections import REPORTS
from dashboard.manage.shell import not_built, show
from dashboard.reports.facts import read_all
from dashboard.reports.figures import OUTCOMES, Report, report_of
from dashboard.reports.periods import USUAL, Period, last_days, problems_of
from foundation.bundles import NotBuilt, bundle_url

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHADES = 4
TABLES = ("days", "hours", "agents", "websites")
MEASURES = ("conversations", "answered", "first_response", "resolved", "resolution", "rated", "mean_rating", *OUTCOMES)


class PeriodForm(forms.Form):
    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    zone = forms.ChoiceField(label="Time zone", choices=[(one, one) for one in sorted(known_zones())])
    of = forms.ChoiceField(label="Of", choices=[("one", "This website"), ("all", "All my websites")])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        for name, problem in problems_of(first, last).items() if first and last else ():
            self.add_error(name, problem)
        return given


@require_safe
@for_owners
def reports(request: HttpRequest, website: Website) -> HttpResponse:
    usual = last_days(USUAL, ZoneInfo(website.opening_hours.time_zone), timezone.now())
    asked = {"first": str(usual.first), "last": str(usual.last), "zone": str(usual.zone), "of": "one"}
    asked |= {name: request.GET[name] for name in asked if request.GET.get(name)}
    form = PeriodForm(asked)
    if not form.is_valid():
        return _page(request, website, {"form": form}, INVALID)
    given = form.cleaned_data
    period = Period(given["first"], given["last"], ZoneInfo(given["zone"]))
    mine = administered_websites(member(request)).values_list("pk", flat=True)
    counted = list(mine) if given["of"] == "all" else [website.pk]
    is_behind = read_all(counted)
    report = report_of(actor_of(request), counted, period, timezone.now())
    if request.GET.get("csv") in TABLES:
        return _csv(request.GET["csv"], report, period)
    context = {
        "form": form,
        "report": report,
        "period": period,
        "several": given["of"] == "all",
        "is_behind": is_behind,
        "grid": _grid(report.hours),
        "has_outcomes": any(report.totals[name] for name in OUTCOMES),
        "outcomes": [(name, report.totals[name]) for name in OUTCOMES],
        "query": request.GET.urlencode(),
    }
    return _page(request, website, context)


def _page(request: HttpRequest, website: Website, context: dict[str, Any], status: int = 200) -> HttpResponse:
    try:
        script = bundle_url("reports.js")
    except NotBuilt:
        return not_built(request)
    return show(request, website, REPORTS, "manage/reports/page.html", {"script": script, **context}, status)


def _grid(hours: dict[tuple[int, int], int]) -> list[dict[str, Any]]:
    """A row for each weekday: 24 counts, each with how dark it is drawn."""
    most = max(hours.values(), default=0)
    return [
        {
            "name": name,
            "cells": [
                {"count": count, "shade": -(-count * SHADES // most) if most else 0}
                for count in (hours.get((number, hour), 0) for hour in range(24))
            ],
        }
        for number, name in enumerate(WEEKDAYS, start=1)
    ]


def _csv(table: str, report: Report, period: Period) -> HttpResponse:
    """Times in seconds. A byte order mark, so that spreadsheets take it for UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}-{period.first}-{period.last}.csv"'
    writer = csv.writer(answer)
    for row in _rows(table, report):
        writer.writerow([harmless(str(cell)) for cell in row])
    return answer


def _rows(table: str, report: Report) -> Iterable[list[Any]]:
    if table == "hours":
        yield ["weekday", *range(24)]
        for number, name in enumerate(WEEKDAYS, start=1):
            yield [name, *(report.hours.get((number, hour), 0) for hour in range(24))]
        return
    name = {"days": "day", "agents": "agent__name", "websites": "website__name"}[table]
    yield [table.removesuffix("s"), *MEASURES]
    for row in getattr(report, table):
        yield [row[name], *(_cell(row[measure]) for measure in MEASURES)]


def _cell(value: Any) -> Any:
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    return "" if value is None else round(value, 2) if isinstance(value, float) else value
