"""Who did what, for owners and admins: by person, kind, time and website, and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actors import administered_websites
from accounts.models import Website
from assistant.questions.spreadsheet import harmless
from audit.models import AuditEntry
from dashboard.audit_log import COLUMNS, Asked, detail_of, rows_of, said
from dashboard.manage.access import for_owners, member
from dashboard.manage.saving import INVALID
from dashboard.manage.sections import AUDIT
from dashboard.manage.shell import show

ON_A_PAGE = 50
MOST_ROWS = 100_000  # of a CSV file
KINDS = (
    *(("", "Everything"), ("person", "Log-ins and second factors"), ("team", "Team"), ("invitation", "Invitations")),
    *(("member", "Availability set by others"), ("website", "Websites and their settings")),
    *(("assistant", "Assistant"), ("article", "Articles"), ("source", "Sources"), ("question", "Question set")),
    *(("questions", "Unanswered questions and runs"), ("canned_reply", "Canned replies"), ("label", "Labels")),
    *(("visitor", "Visitors: blocked, joined, exported, erased"), ("retention", "Retention"), ("export", "Exports")),
    *(("organisation", "Organisation"), ("webhook", "Webhooks"), ("api_key", "API keys")),
    ("admin", "By the operators"),
)


class FilterForm(forms.Form):
    actor = forms.TypedChoiceField(label="Who", required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label="What", required=False, choices=KINDS)
    website = forms.TypedChoiceField(label="Website", required=False, coerce=int, empty_value=None)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, given: Any, people: list[tuple[int, str]], websites: list[tuple[int, str]]) -> None:
        super().__init__(given)
        self.fields["actor"].choices = [("", "Everybody"), *people, (0, "The system, or nobody known")]  # type: ignore[attr-defined]
        self.fields["website"].choices = [("", "Every website"), *websites]  # type: ignore[attr-defined]


@require_safe
@for_owners
def audit(request: HttpRequest, website: Website) -> HttpResponse:
    """Of the organisation that this website belongs to."""
    organisation_id = website.organisation_id
    form = FilterForm(request.GET, _people(organisation_id), _websites(request, organisation_id))
    if not form.is_valid():
        return show(request, website, AUDIT, "manage/audit/page.html", {"form": form}, INVALID)
    given = dict(form.cleaned_data)
    before = given.pop("before")
    found = Asked(**given).of([organisation_id])
    if request.GET.get("csv"):
        return _csv(found[:MOST_ROWS].iterator(1000))
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: ON_A_PAGE + 1])
    shown = rows[:ON_A_PAGE]
    query = request.GET.copy()
    for name in ("before", "csv"):
        query.pop(name, None)
    names: dict[int | None, str] = dict(_websites(request, organisation_id))
    context = {
        "form": form,
        "rows": [
            {
                "entry": one,
                "said": said(one.action),
                "detail": detail_of(one),
                "website": names.get(one.website_id) if one.target_kind != "website" else "",
            }
            for one in shown
        ],
        "older": shown[-1].pk if len(rows) > ON_A_PAGE else None,
        "is_first": not before,
        "query": query.urlencode(),
        "is_filtered": any(value not in (None, "") for value in given.values()),
    }
    return show(request, website, AUDIT, "manage/audit/page.html", context)


def _people(organisation_id: int) -> list[tuple[int, str]]:
    """Everybody who stands in the log, also who has left; as they are called now in it, the latest name."""
    found = AuditEntry.objects.of([organisation_id]).exclude(actor_id=None)
    latest = found.order_by("actor_id", "-id").distinct("actor_id").values_list("actor_id", "actor_name")
    return sorted(((one, name or "?") for one, name in latest if one), key=lambda one: one[1].casefold())


def _websites(request: HttpRequest, organisation_id: int) -> list[tuple[int, str]]:
    mine = administered_websites(member(request)).filter(organisation=organisation_id)
    return list(mine.values_list("pk", "name"))


def _csv(entries: Iterable[AuditEntry]) -> HttpResponse:
    """A byte order mark, so that spreadsheets take it for UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    writer = csv.writer(answer)
    writer.writerow(COLUMNS)
    for row in rows_of(entries):
        writer.writerow([harmless(cell) for cell in row])
    return answer
