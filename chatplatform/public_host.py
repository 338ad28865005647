"""Staff's pages are at the host of PUBLIC_URL; whoever asks for one on another name that is answered is led there.

The inbox's socket takes our exact origin only, and a log-in on another host would set its cookie there and then be
stopped by `form-action 'self'` on its way to the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

PAGES_OF_STAFF = ("/live-chat/", "/manage/", "/accounts/", "/api/client/")
DEFAULT_PORTS = {"http": 80, "https": 443}


class PublicHost:
    """Middleware. Before the sessions' one: on another host there is no cookie worth reading."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PAGES_OF_STAFF) and not asked_for_on_public_host(request):
            return HttpResponseRedirect(settings.PUBLIC_URL + request.get_full_path())
        return self.get_response(request)


def asked_for_on_public_host(request: HttpRequest) -> bool:
    public = urlsplit(settings.PUBLIC_URL)
    asked = urlsplit(f"//{request.get_host()}")
    default = DEFAULT_PORTS[public.scheme]
    return (asked.hostname, asked.port or default) == (public.hostname, public.port or default)
