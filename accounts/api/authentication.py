"""Who asks over REST: staff by JWT or by the browser's session. `request.auth` is the actor."""

from __future__ import annotations

from typing import Any

from rest_framework import authentication
from rest_framework.request import Request
from rest_framework_simplejwt import authentication as simplejwt
from rest_framework_simplejwt.exceptions import InvalidToken

from accounts.actors import Staff, staff_actor

VISITOR_PREFIX = b"v_"


class JWTAuthentication(simplejwt.JWTAuthentication):
    """`Authorization: Bearer <access token>`. Visitors' tokens are left to their own class."""

    def get_raw_token(self, header: bytes) -> bytes | None:
        token = super().get_raw_token(header)
        return None if token is None or token.startswith(VISITOR_PREFIX) else token

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        actor = staff_actor(found[0].pk)
        if actor is None:
            raise InvalidToken
        return found[0], actor


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's log-in, with CSRF protection."""

    def authenticate(self, request: Request) -> tuple[Any, Staff] | None:
        found = super().authenticate(request)
        actor = staff_actor(found[0].pk) if found else None
        return (found[0], actor) if found and actor else None
