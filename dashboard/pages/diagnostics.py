"""`/live-chat/diagnostics/`: runs the five tests at the press of a button, and shows what to do about each failure."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.actors import administered_websites
from accounts.models import Website
from dashboard.diagnostics.asking import seconds_until_next_run
from dashboard.diagnostics.browser import STEPS, for_the_page
from dashboard.diagnostics.findings import Report
from dashboard.diagnostics.running import diagnose
from dashboard.manage.access import for_members, member
from dashboard.manage.sections import DIAGNOSTICS
from dashboard.manage.shell import not_built, show
from foundation.bundles import NotBuilt, bundle_url
from foundation.rest import run_long

TOO_OFTEN = 429
LONGEST_ID = 19  # digits that surely fit


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def diagnostics(request: HttpRequest) -> HttpResponse:
    user = member(request)
    websites = administered_websites(user)
    first = websites.first()
    if first is None:
        return render(request, "403.html", status=403)
    chosen = _chosen(request, websites)
    shown = {"of_website": chosen, "is_operator": user.is_staff}
    if request.method != "POST":
        return show(request, first, DIAGNOSTICS, "dashboard/diagnostics.html", shown)
    wait = seconds_until_next_run(user.pk)
    if wait:
        messages.warning(request, f"That was often. It can run again in {wait} s.")
        return show(request, first, DIAGNOSTICS, "dashboard/diagnostics.html", shown, status=TOO_OFTEN)
    report = run_long(diagnose(websites=websites.filter(pk=chosen.pk) if chosen else websites))
    report = report if user.is_staff else report.for_owners()
    try:
        script = bundle_url("diagnostics.js")
    except NotBuilt:
        return not_built(request)
    browser = {"script": script, "browser_steps": STEPS, "browser": for_the_page()}
    found = shown | browser | {"report": report, "names": _names(report, websites)}
    return show(request, first, DIAGNOSTICS, "dashboard/diagnostics.html", found)


def _chosen(request: HttpRequest, websites: QuerySet[Website]) -> Website | None:
    """None: all of them. Raises Http404 for one that is not theirs."""
    given = request.POST.get("website", "")
    if not given:
        return None
    found = websites.filter(pk=given).first() if given.isdecimal() and len(given) < LONGEST_ID else None
    if found is None:
        raise Http404
    return found


def _names(report: Report, websites: QuerySet[Website]) -> dict[int, str]:
    """Of those that stand in the report by their numbers; none where Postgres is away in the meantime."""
    wanted = {website for one in report.parts for website in one.websites}
    return dict(websites.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
