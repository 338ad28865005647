"""What stands around every page: the website switcher, the sections, the way back to the inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.actors import administered_websites
from accounts.models import Website
from dashboard.manage.access import for_members, member
from dashboard.manage.sections import GROUPS, SECTIONS, Section
from foundation.bundles import NotBuilt, bundle_url


@require_safe
@for_members
def home(request: HttpRequest) -> HttpResponse:
    """The first section of the first website, or a word to those who administer none."""
    first = administered_websites(member(request)).first()
    if first is None:
        return render(request, "403.html", status=403)
    return redirect(SECTIONS[0].url_name, first.pk)


def not_built(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/not_built.html", status=503)


def show(
    request: HttpRequest,
    website: Website,
    section: Section,
    template: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of a section, inside the shell. `template` extends manage/base.html."""
    try:
        styles, script = bundle_url("manage.css"), bundle_url("manage.js")
    except NotBuilt:
        return not_built(request)
    around = {
        "website": website,
        "section": section,
        "styles": styles,
        "script_of_all": script,
        "section_groups": [(title, [(one, one.address(website.pk)) for one in sections]) for title, sections in GROUPS],
        "websites": [(one, section.address(one.pk)) for one in administered_websites(member(request))],
    }
    return render(request, template, {**around, **(context or {})}, status=status)
