"""Who asks over REST: staff by JWT, by an API key or by the browser's session. `request.auth` is the actor."""

from __future__ import annotations

from typing import Any

from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt import authentication as simplejwt
from rest_framework_simplejwt.exceptions import InvalidToken

from accounts.actors import Staff, staff_actor
from accounts.api_keys import actor_of_key
from accounts.models import User
from accounts.second_factor import SecondFactorMissing, lacks_second_factor

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
            _refuse_without_second_factor(found[0].pk)
            raise InvalidToken
        return found[0], actor


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Api-Key <key>`."""

    def authenticate(self, request: Request) -> tuple[Any, Staff] | None:
        kind, *rest = authentication.get_authorization_header(request).split()[:3] or [b""]
        if kind.lower() != b"api-key":
            return None
        key = rest[0].decode("latin-1") if len(rest) == 1 else ""
        actor = actor_of_key(key)
        if actor is None:
            raise AuthenticationFailed("The API key is unknown or has expired.")
        return User.objects.get(pk=actor.user_id), actor

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's log-in, with CSRF protection."""

    def authenticate(self, request: Request) -> tuple[Any, Staff] | None:
        found = super().authenticate(request)
        actor = staff_actor(found[0].pk) if found else None
        if found and actor is None:
            _refuse_without_second_factor(found[0].pk)
        return (found[0], actor) if found and actor else None


def _refuse_without_second_factor(user_id: int) -> None:
    """In place of "not logged in", which would send them round in circles."""
    if lacks_second_factor(user_id):
        raise SecondFactorMissing
