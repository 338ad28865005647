"""Two-factor log-in has no way round: not over REST, not by the operators' admin."""

from __future__ import annotations

import httpx2
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest
from tests.servers.stack import Stack


def test_a_program_needs_the_second_factor_too(stack: Stack, cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.ben, secret)
    assert Authenticator.objects.filter(user=cast.ben).exists()
    body = {"email": cast.ben.email, "password": PASSWORD}
    assert Rest(stack).post("auth/token/", body).status_code == 401
    assert Rest(stack).post("auth/token/", {**body, "code": "000000"}).status_code == 401
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert Rest(stack).post("auth/token/", {**body, "code": code}).status_code == 200


def test_the_admin_has_no_log_in_of_its_own(stack: Stack) -> None:
    answer = httpx2.get(f"{stack.url}/admin/login/?next=/admin/", trust_env=False)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["location"]
