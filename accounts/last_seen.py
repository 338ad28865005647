"""When each log-in was last used, for /accounts/sessions/: written every few minutes, not at every request."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.sessions import note_session_seen

PAUSE = 300.0  # seconds
MOST_REMEMBERED = 10_000
_noted: dict[str, float] = {}  # session key: when this process has written it


class LastSeen:
    """Middleware, after that of sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            note_soon(request.COOKIES[settings.SESSION_COOKIE_NAME])
        return self.get_response(request)


def note_soon(session_key: str) -> None:
    """At once, unless this process has done so lately."""
    now = time.monotonic()
    if now - _noted.get(session_key, -PAUSE) < PAUSE:
        return
    if len(_noted) >= MOST_REMEMBERED:
        _noted.clear()
    _noted[session_key] = now
    note_session_seen(session_key)
