"""Pages that a script keeps current while a source is being read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Website
from dashboard.manage.sections import KNOWLEDGE
from dashboard.manage.shell import show
from foundation.bundles import NotBuilt, bundle_url


def show_live(request: HttpRequest, website: Website, template: str, context: dict[str, Any]) -> HttpResponse:
    try:
        script = bundle_url("knowledge.js")
    except NotBuilt:
        return render(request, "dashboard/not_built.html", status=503)
    progress = reverse("manage:knowledge-progress", args=[website.pk])
    return show(request, website, KNOWLEDGE, template, {**context, "script": script, "progress": progress})
