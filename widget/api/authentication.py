"""`Authorization: Bearer v_…`: the visitor's own token."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.actors import VisitorActor
from widget.tokens import actor_of, visitor_of_token


class VisitorAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[AnonymousUser, VisitorActor] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer" or not token.startswith(b"v_"):
            return None
        visitor = visitor_of_token(token.decode("latin-1").strip())
        if visitor is None:
            raise AuthenticationFailed("The visitor token is unknown or expired.")
        if visitor.is_blocked:
            raise PermissionDenied("This chat has been closed for you.")
        return AnonymousUser(), actor_of(visitor)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
