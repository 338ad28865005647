"""The log-in that a browser's cookies carry."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, parse_cookie

from accounts.connection_tokens import Grant
from accounts.sessions import id_of_session


def grant_of_cookies(cookies: str, address: str, browser: str) -> Grant | None:
    """Whose valid session is in a `Cookie` header, and which one it is; or None."""
    session_key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated:
        return None
    return Grant(user_id=user.pk, session_id=id_of_session(session_key, user.pk, address, browser))
