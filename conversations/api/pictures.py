"""Pictures of people and websites: given out to everybody, since visitors see them before they are anybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Picture

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",  # a new picture has a new name
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """`GET /pictures/<name>.webp`. Primary key of Picture."""
    found = Picture.objects.filter(pk=name).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.content), content_type="image/webp", headers=HEADERS)
