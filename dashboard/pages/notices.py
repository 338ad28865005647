"""The inbox's service worker, served from within the inbox's own addresses: it may act for no others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from foundation.bundles import NotBuilt, bundle_text


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Code without data, so nobody needs to be logged in. Browsers ask again each time: its name never changes."""
    try:
        script = bundle_text("notices.js")
    except NotBuilt:
        return HttpResponse("/* The front-ends have not been built yet. */", status=503, content_type="text/javascript")
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)
