"""The chat beside a form, as it would be with what is typed there: for pages about how it looks and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.drafts import keep_draft
from accounts.models import Website
from dashboard.manage.saving import INVALID
from foundation.bundles import bundle_url
from foundation.colours import READABLE, contrast, palette, parsed
from foundation.redis import RedisError
from foundation.rest import run

# The page may show frames of our own: those of the preview.
WITH_FRAMES = {"frame-src": [SELF]}
SIDES = {"open": "open", "closed": "closed", "ended": "at its end"}
SCHEMES = {"": "as mine", "light": "light", "dark": "dark"}


class Faulty(Protocol):
    """A form that was looked at."""

    @property
    def errors(self) -> Any: ...


def with_preview(request: HttpRequest, website: Website, language: str = "") -> dict[str, Any]:
    """What the template needs. Of what is stored it is there at once; a script, or the button, shows what is typed.

    Raises NotBuilt.
    """
    script = bundle_url("appearance.js")
    try:
        shown = _address(request, website, {}, language)
    except RedisError:
        shown = ""
    return {"script": script, "shown": shown, "sides": SIDES, "schemes": SCHEMES}


def answer_draft(
    request: HttpRequest, website: Website, forms: Sequence[Faulty], values: dict[str, Any] | None, language: str = ""
) -> HttpResponse:
    """What is typed, shown on a page of its own: its address as JSON for the script, else a redirect there.

    `values` None: the forms say what is wrong.
    """
    wants_json = "application/json" in request.headers.get("Accept", "")
    if values is None:
        wrong = [str(one[0]) for some in forms for one in some.errors.values()]
        return JsonResponse({"problem": wrong[0]}, status=INVALID) if wants_json else _blank(request, wrong[0], INVALID)
    try:
        address = _address(request, website, values, language)
    except RedisError:
        problem = "The preview does not work right now. Saving does."
        return JsonResponse({"problem": problem}, status=503) if wants_json else _blank(request, problem, 503)
    if wants_json:
        brand = values.get("brand_color", website.brand_color)
        return JsonResponse({"address": address, "contrast": said_of(brand)})
    return HttpResponseRedirect(address)


def said_of(brand: str) -> str:
    """How well text on this colour can be read, and what is done about it."""
    colours = palette(brand.lower())
    ratio = contrast(parsed(colours.fill), parsed(colours.on_fill))
    text = "White" if colours.on_fill == "#ffffff" else "Black"
    said = f"{text} text on it has a contrast of {ratio:.1f} : 1; {READABLE} is needed."
    if colours.fill != brand.lower():
        return f"Made a little darker, to {colours.fill}, so that white text can be read. {said}"
    return said


def _address(request: HttpRequest, website: Website, values: dict[str, Any], language: str) -> str:
    given = request.POST
    side = given.get("side") if given.get("side") in SIDES else "open"
    asked = {"scheme": given.get("scheme") if given.get("scheme") in SCHEMES else "", "locale": language}
    query = urlencode({name: value for name, value in asked.items() if value})
    token = run(keep_draft(website.pk, values))
    return reverse(f"widget_pages:preview-{side}", args=[token]) + (f"?{query}" if query else "")


def _blank(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    return render(request, "manage/appearance/problem.html", {"problem": problem}, status=status)
