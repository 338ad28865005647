"""Pages that a script keeps current while a source is being read, or passages are given to a model."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Website
from dashboard.manage.access import for_owners
from dashboard.manage.knowledge.meaning import shown_meaning
from dashboard.manage.sections import KNOWLEDGE
from dashboard.manage.shell import show
from foundation.bundles import NotBuilt, bundle_url


def show_live(request: HttpRequest, website: Website, template: str, context: dict[str, Any]) -> HttpResponse:
    try:
        script = bundle_url("knowledge.js")
    except NotBuilt:
        return render(request, "dashboard/not_built.html", status=503)
    progress = reverse("manage:knowledge-progress", args=[website.pk])
    live = {
        "script": script,
        "progress": progress,
        "meaning": shown_meaning(website.pk),
        "meaning_progress": reverse("manage:knowledge-meaning", args=[website.pk]),
    }
    return show(request, website, KNOWLEDGE, template, context | live)


@require_safe
@for_owners
def meaning(request: HttpRequest, website: Website) -> JsonResponse:
    """For a page that shows it: it asks while passages are given to the model."""
    shown = shown_meaning(website.pk)
    return JsonResponse({"meaning": shown.as_json() if shown else None})
