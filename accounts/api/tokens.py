"""Log-in for programs, and the tokens with which sockets are opened."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.actors import VisitorActor
from accounts.api.actors import actor_of
from accounts.api.bodies import ConnectionToken, LogIn, TokenPair
from accounts.api.permissions import IsAnyActor
from accounts.connection_tokens import LIFETIME, issue
from accounts.models import User
from foundation.addresses import client_address
from foundation.logs import log
from foundation.rate_limits import seconds_to_wait
from foundation.redis import RedisError
from foundation.rest import answer, error_body, read, run

logger = log(__name__)


class TokenView(APIView):
    """`POST auth/token/`: access and refresh token for staff and programs."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(request=LogIn, responses=TokenPair)
    def post(self, request: Request) -> Response:
        body = read(request, LogIn)
        refresh = self._renew(body.refresh) if body.refresh else self._log_in(request, body)
        return answer(TokenPair(access=str(refresh.access_token), refresh=str(refresh)))

    def get_authenticate_header(self, request: Request) -> str:
        """Makes wrong credentials a 401; without a challenge it would be a 403."""
        return "Bearer"

    def _renew(self, text: str) -> RefreshToken:
        try:
            token = RefreshToken(text)  # type: ignore[arg-type]  # the stubs want a Token, the code takes text
        except TokenError:
            raise AuthenticationFailed("The refresh token is invalid or expired.") from None
        user = User.objects.filter(pk=token.get("user_id")).first()
        if user is None or not user.may_log_in:
            raise AuthenticationFailed("The refresh token is invalid or expired.")
        return RefreshToken.for_user(user)

    def _log_in(self, request: Request, body: LogIn) -> RefreshToken:
        email = (body.email or "").lower()
        self._count(request, email)
        user = authenticate(request, username=email, email=email, password=body.password)
        if user is None or not EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
            logger.info("[WS_AUTH] log-in refused", address=address_of(request))
            raise AuthenticationFailed("E-mail or password is wrong.")
        if not second_factor_is_right(user, body.code):
            raise AuthenticationFailed("This account has two-factor log-in: give its current code, too.")
        return RefreshToken.for_user(user)

    def _count(self, request: Request, email: str) -> None:
        limit = settings.ENVIRONMENT.limit_logins_per_minute
        for subject in (f"login:{address_of(request)}", f"login:{email}"):
            wait = run(seconds_to_wait(subject, limit))
            if wait:
                raise Throttled(wait)


class ConnectionTokenView(APIView):
    """`POST auth/ws-connection-token/`: a token for one socket, for 60 seconds."""

    permission_classes = (IsAnyActor,)

    @extend_schema(request=None, responses={201: ConnectionToken})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        if isinstance(actor, VisitorActor):
            limit = settings.ENVIRONMENT.limit_tokens_per_minute
            wait = run(seconds_to_wait(f"token:{actor.visitor_id}", limit))
            if wait:
                raise Throttled(wait)
        try:
            token = run(issue(actor))
        except RedisError as error:
            logger.error("[WS_TOKEN_API] no token: Redis is away", error=repr(error))
            return Response(
                error_body("unavailable", "Try again in a moment."), status=503, headers={"Retry-After": "2"}
            )
        logger.info("[WS_TOKEN_API] issued")
        return answer(ConnectionToken(connection_token=token, expires_in=LIFETIME), status=201)


def second_factor_is_right(user: Any, code: str | None) -> bool:
    """Whether the account has no second factor, or `code` is the current one of its authenticator app."""
    if not is_mfa_enabled(user):
        return True
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return bool(totp and code and totp.wrap().validate_code(code))


def address_of(request: Request) -> str:
    """The client's address, behind trusted proxies."""
    return client_address(request.META.get("REMOTE_ADDR") or "?", request.META.get("HTTP_X_FORWARDED_FOR"))
