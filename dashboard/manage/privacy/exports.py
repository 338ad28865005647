"""Exports of a website's organisation: how far they are, and the way to their files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Website
from conversations.errors import NotFound, Refusal
from dashboard.export_files import file_answer
from dashboard.manage.access import for_owners, member
from dashboard.manage.canned import actor_of
from dashboard.manage.privacy.views import show_privacy
from privacy.actions.exports import delete_export, export_organisation, key_for, opened
from privacy.models import Export

SHOWN = 50


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    user_id = member(request).pk
    exports = list(Export.objects.of_organisation(website.organisation_id).order_by("-requested_at")[:SHOWN])
    rows = [(one, key_for(one, user_id) if _is_theirs(one, user_id) else "") for one in exports]
    context = {"rows": rows, "organisation": website.organisation}
    answer = show_privacy(request, website, "exports", "manage/privacy/exports.html", context)
    if any(one.is_moving for one in exports):
        answer["Refresh"] = "3"  # the page asks again by itself, without any script
    return answer


@require_POST
@for_owners
def organisation(request: HttpRequest, website: Website) -> HttpResponse:
    try:
        export_organisation(actor_of(request), website.organisation_id)
    except Refusal as why:
        messages.error(request, why.detail)
    return redirect("manage:exports", website.pk)


@require_safe
@for_owners
def file(request: HttpRequest, website: Website, export_id: UUID) -> HttpResponseBase:
    try:
        return file_answer(opened(actor_of(request), export_id, request.GET.get("key", "")))
    except NotFound:
        raise Http404 from None


@require_POST
@for_owners
def deleted(request: HttpRequest, website: Website, export_id: UUID) -> HttpResponse:
    try:
        delete_export(actor_of(request), export_id)
    except NotFound:
        raise Http404 from None
    messages.success(request, "The export was deleted.")
    return redirect("manage:exports", website.pk)


def _is_theirs(export: Export, user_id: int) -> bool:
    return export.state == Export.State.READY and export.requested_by_id == user_id
