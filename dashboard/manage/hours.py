"""When a website's people are there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.hours import Hours
from accounts.models import Website
from dashboard.manage.access import for_owners
from dashboard.manage.opening_hours import (
    HolidayForm,
    HoursForm,
    initial_of,
    pairs_for,
    pairs_sent,
    said_at,
)
from dashboard.manage.rows import Rows, has_command
from dashboard.manage.saving import INVALID, save_and_say, seen_now
from dashboard.manage.sections import HOURS
from dashboard.manage.shell import show

MOST_HOLIDAYS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def hours(request: HttpRequest, website: Website) -> HttpResponse:
    if request.method != "POST":
        return _page(request, website, *_stored(website))
    form, holidays = _sent(request)
    if has_command(request.POST):
        return _page(request, website, form, holidays)
    are_valid = [form.is_valid(), holidays.are_valid()]
    if not all(are_valid):
        return _page(request, website, form, holidays, INVALID)
    wanted = _wanted(form, holidays)
    if "preview" in request.POST:
        return _page(request, website, form, holidays, said=said_at(wanted, form.cleaned_data["moment"]))
    status = save_and_say(request, website, form, {"hours": wanted.model_dump(mode="json")}, "Saved.")
    return redirect("manage:hours", website.pk) if status == 200 else _page(request, website, form, holidays, status)


def _stored(website: Website) -> tuple[HoursForm, Rows]:
    stored = website.opening_hours
    days_off = [one.model_dump(mode="json") for one in stored.holidays]
    form = HoursForm(initial=initial_of(stored), spans=pairs_for(stored))
    return form, Rows(HolidayForm, "day off", "holidays", MOST_HOLIDAYS, stored=days_off)


def _sent(request: HttpRequest) -> tuple[HoursForm, Rows]:
    given, spans = request.POST, pairs_sent(request.POST)
    holidays = Rows(HolidayForm, "day off", "holidays", MOST_HOLIDAYS, data=given)
    if has_command(given):
        typed = {name: given.get(name, "") for name in HoursForm(spans=spans).fields}
        return HoursForm(initial=typed, spans=spans), holidays
    return HoursForm(given, spans=spans), holidays


def _wanted(form: HoursForm, holidays: Rows) -> Hours:
    given = form.cleaned_data
    days_off = [one.cleaned_data for one in holidays]
    return Hours.model_validate(
        {name: given[name] for name in ("enabled", "time_zone", "week")} | {"holidays": days_off}
    )


def _page(
    request: HttpRequest,
    website: Website,
    form: HoursForm,
    holidays: Rows,
    status: int = 200,
    *,
    said: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "holidays": holidays,
        "now": said_at(website.opening_hours, None),
        "said": said,
        "seen": seen_now(request, website, {"hours": Hours.model_fields}, status),
    }
    return show(request, website, HOURS, "manage/hours.html", context, status)
