"""Two-factor log-in has no way round: not over REST, not by the operators' admin."""

from __future__ import annotations

import httpx2
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from accounts.models import Organisation, User
from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest
from tests.servers.stack import Stack


def test_a_program_needs_the_second_factor_too_and_each_code_once(stack: Stack, cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.ben, secret)
    assert refused(stack, cast.ben) == (401, "otp_required")
    assert refused(stack, cast.ben, otp="000000") == (401, "otp_wrong")
    assert refused(stack, cast.ben, otp="ü" * 2000) == (401, "otp_wrong")
    code = code_of(secret)
    assert log_in_with(stack, cast.ben, otp=code).status_code == 200
    assert refused(stack, cast.ben, otp=code) == (401, "otp_wrong")


@pytest.mark.slow
def test_a_wrong_password_says_nothing_of_a_second_factor(stack: Stack, cast: Cast) -> None:
    TOTP.activate(cast.ben, generate_totp_secret())
    assert refused(stack, cast.ben, password="guess") == (401, "not_authenticated")
    assert refused(stack, cast.ben, password="guess", otp="000000") == (401, "not_authenticated")


def test_who_has_a_key_only_gives_a_recovery_code_once(stack: Stack, cast: Cast) -> None:
    Authenticator.objects.create(
        user=cast.ben, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    codes = RecoveryCodes.activate(cast.ben).get_unused_codes()
    assert refused(stack, cast.ben) == (401, "otp_required")
    assert log_in_with(stack, cast.ben, otp=codes[0]).status_code == 200
    assert refused(stack, cast.ben, otp=codes[0]) == (401, "otp_wrong")


def test_mallory_has_no_use_of_bens_codes(stack: Stack, cast: Cast) -> None:
    secret, hers = generate_totp_secret(), generate_totp_secret()
    TOTP.activate(cast.ben, secret)
    TOTP.activate(cast.mallory, hers)
    assert refused(stack, cast.mallory, otp=code_of(secret)) == (401, "otp_wrong")
    assert log_in_with(stack, cast.mallory, otp=code_of(hers)).status_code == 200


def test_who_lacks_what_the_organisation_requires_gets_no_tokens_at_all(stack: Stack, cast: Cast) -> None:
    first = log_in_with(stack, cast.ben).json()["refresh"]
    Organisation.objects.filter(pk=cast.acme.organisation_id).update(requires_second_factor=True)
    assert refused(stack, cast.ben) == (403, "second_factor_required")
    renewed = Rest(stack).post("auth/token/", {"refresh": first})
    assert (renewed.status_code, renewed.json()["error"]["code"]) == (403, "second_factor_required")
    assert log_in_with(stack, cast.mallory).status_code == 200


def test_a_log_in_from_before_the_second_factor_is_not_renewed_without_it(stack: Stack, cast: Cast) -> None:
    first, secret = log_in_with(stack, cast.ben).json()["refresh"], generate_totp_secret()
    TOTP.activate(cast.ben, secret)
    renewed = Rest(stack).post("auth/token/", {"refresh": first})
    assert (renewed.status_code, renewed.json()["error"]["code"]) == (401, "otp_required")
    token = log_in_with(stack, cast.ben, otp=code_of(secret)).json()["refresh"]
    for _ in range(2):
        answer = Rest(stack).post("auth/token/", {"refresh": token})
        assert answer.status_code == 200
        token = answer.json()["refresh"]


def test_secrets_are_stored_encrypted_and_those_from_before_are_still_read(stack: Stack, cast: Cast) -> None:
    secret = generate_totp_secret()
    stored = TOTP.activate(cast.ben, secret).instance
    assert secret not in str(stored.data)
    stored.data["secret"] = secret
    stored.save()
    assert log_in_with(stack, cast.ben, otp=code_of(secret)).status_code == 200


def log_in_with(stack: Stack, who: User, password: str = PASSWORD, **more: str) -> httpx2.Response:
    return Rest(stack).post("auth/token/", {"email": who.email, "password": password, **more})


def refused(stack: Stack, who: User, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    """The status and the code of the error."""
    answer = log_in_with(stack, who, password, **more)
    return answer.status_code, answer.json()["error"]["code"]


def code_of(secret: str) -> str:
    """Of this half minute, which is the middle one of those that are taken: none that ends while it is on its way."""
    taken = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, taken[len(taken) // 2])))


def test_the_admin_has_no_log_in_of_its_own(stack: Stack) -> None:
    answer = httpx2.get(f"{stack.url}/admin/login/?next=/admin/", trust_env=False)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["location"]
