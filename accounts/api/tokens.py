"""Log-in for programs, and the tokens with which sockets are opened."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
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
from accounts.api.authentication import SessionAuthentication
from accounts.api.bodies import ConnectionToken, LogIn, TokenPair
from accounts.api.permissions import IsAnyActor
from accounts.connection_tokens import LIFETIME, issue
from accounts.models import User
from accounts.people_log import record_failed_log_in, record_of_person
from accounts.second_factor import (
    CodeNeeded,
    SecondFactorMissing,
    check_code,
    has_second_factor,
    lacks_second_factor,
)
from accounts.sessions import id_of_session
from foundation.addresses import client_address, kept_address
from foundation.logs import log
from foundation.rate_limits import seconds_to_wait
from foundation.redis import RedisError
from foundation.rest import answer, error_body, read, run

logger = log(__name__)
WITH_CODE = "otp"  # the claim of who has also given a code


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
        with_code = bool(token.get(WITH_CODE))
        if has_second_factor(user.pk) and not with_code:  # set up since the log-in with a password alone
            raise CodeNeeded
        return _token_of(user, with_code)

    def _log_in(self, request: Request, body: LogIn) -> RefreshToken:
        email = (body.email or "").lower()
        self._count(request, email)
        user = authenticate(request, username=email, email=email, password=body.password)
        if user is None or not EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
            record_failed_log_in(email)
            logger.info("[WS_AUTH] log-in refused", address=kept_address(address_of(request), mask=False))
            raise AuthenticationFailed("E-mail or password is wrong.")
        assert isinstance(user, User)
        try:
            check_code(user.pk, body.otp)
        except CodeNeeded:
            record_of_person("person.second_factor_failed", user)
            raise
        token = _token_of(user, has_second_factor(user.pk))
        record_of_person("person.logged_in", user, by=user)
        return token

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
            token = run(issue(actor, _session_of(request)))
        except RedisError as error:
            logger.error("[WS_TOKEN_API] no token: Redis is away", error=repr(error))
            return Response(
                error_body("unavailable", "Try again in a moment."), status=503, headers={"Retry-After": "2"}
            )
        logger.info("[WS_TOKEN_API] issued")
        return answer(ConnectionToken(connection_token=token, expires_in=LIFETIME), status=201)


def _session_of(request: Request) -> int | None:
    """With which log-in of a browser it asks: when that ends, so does the socket."""
    if not isinstance(request.successful_authenticator, SessionAuthentication):
        return None
    key, user = request._request.session.session_key, request.user
    assert isinstance(user, User), "whoever was let in has an account"
    assert key is not None, "and whoever was let in by a session has one"
    return id_of_session(key, user.pk, address_of(request), request.META.get("HTTP_USER_AGENT", ""))


def _token_of(user: Any, with_code: bool) -> RefreshToken:
    """Raises SecondFactorMissing for who would be refused with it everywhere."""
    if lacks_second_factor(user.pk):
        raise SecondFactorMissing
    token = RefreshToken.for_user(user)
    token[WITH_CODE] = with_code
    return token


def address_of(request: Request) -> str:
    """The client's address, behind trusted proxies."""
    return client_address(request.META.get("REMOTE_ADDR") or "?", request.META.get("HTTP_X_FORWARDED_FOR"))
