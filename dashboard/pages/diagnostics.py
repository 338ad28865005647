"""`/live-chat/diagnostics/`: runs the five tests at the press of a button, and shows what to do about each failure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.actors import administered_websites
from dashboard.diagnostics.asking import seconds_until_next_run
from dashboard.diagnostics.running import diagnose
from dashboard.manage.access import for_members, member
from dashboard.manage.sections import DIAGNOSTICS
from dashboard.manage.shell import show
from foundation.rest import run_long

TOO_OFTEN = 429


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def diagnostics(request: HttpRequest) -> HttpResponse:
    user = member(request)
    websites = list(administered_websites(user))
    if not websites:
        return render(request, "403.html", status=403)
    if request.method != "POST":
        return show(request, websites[0], DIAGNOSTICS, "dashboard/diagnostics.html")
    wait = seconds_until_next_run(user.pk)
    if wait:
        messages.warning(request, f"That was often. It can run again in {wait} s.")
        return show(request, websites[0], DIAGNOSTICS, "dashboard/diagnostics.html", status=TOO_OFTEN)
    report = run_long(diagnose(websites=[one.pk for one in websites]))
    report = report if user.is_staff else report.for_owners()
    found = {"report": report, "is_operator": user.is_staff}
    return show(request, websites[0], DIAGNOSTICS, "dashboard/diagnostics.html", found)
