"""Staff and programs log in by e-mail and password, and stay so with a refresh token; browsers need CSRF as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import User
from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest, log_in, session_cookie
from tests.servers.stack import Stack


def test_email_and_password_give_both_tokens(stack: Stack, cast: Cast) -> None:
    answer = log_in_with(stack, email=cast.ben.email, password=PASSWORD)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    mine = Rest(stack, answer.json()["access"]).get("websites/").json()["results"]
    assert [website["name"] for website in mine] == ["Acme"]


def test_the_address_may_be_written_in_capitals(stack: Stack, cast: Cast) -> None:
    assert log_in_with(stack, email=cast.ben.email.upper(), password=PASSWORD).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("what", ["password", "address", "switched off", "not verified", "no password"])
def test_a_log_in_that_fails_does_not_say_why(stack: Stack, cast: Cast, what: str) -> None:
    email, password = cast.ben.email, PASSWORD
    if what == "password":
        password = "guess"
    elif what == "address":
        email = "nobody@example.test"
    elif what == "switched off":
        User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    elif what == "not verified":
        EmailAddress.objects.filter(user=cast.ben).update(verified=False)
    else:
        User.objects.filter(pk=cast.ben.pk).update(password="!")
    answer = log_in_with(stack, email=email, password=password)
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": "not_authenticated", "detail": "E-mail or password is wrong."}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "x"},
        {"password": "x"},
        {"email": 5, "password": "x"},
        {"email": "x", "password": "x", "code": "1"},
        {"refresh": 7},
    ],
    ids=str,
)
def test_half_a_log_in_is_invalid(stack: Stack, body: dict[str, Any]) -> None:
    answer = log_in_with(stack, **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize("odd", ["a\0b", "\ud83d", "x" * 5000, "ü"])
def test_odd_characters_are_a_wrong_log_in_and_no_accident(stack: Stack, cast: Cast, odd: str) -> None:
    for body in ({"email": odd, "password": "x"}, {"email": cast.ben.email, "password": odd}):
        assert log_in_with(stack, **body).status_code in (400, 401)


def test_a_refresh_token_gives_new_tokens(stack: Stack, cast: Cast) -> None:
    first = log_in_with(stack, email=cast.ben.email, password=PASSWORD).json()
    second = log_in_with(stack, refresh=first["refresh"])
    assert second.status_code == 200
    assert Rest(stack, second.json()["access"]).get("websites/").status_code == 200
    assert log_in_with(stack, refresh=second.json()["refresh"]).status_code == 200


def test_other_tokens_are_no_refresh_tokens(stack: Stack, cast: Cast) -> None:
    access = log_in(stack, cast.ben).rest.token
    expired = RefreshToken.for_user(cast.ben)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    for token in (access, str(expired), "nonsense", "v_nonsense"):
        assert log_in_with(stack, refresh=token).status_code == 401


def test_an_account_that_is_closed_has_no_use_of_its_tokens(stack: Stack, cast: Cast) -> None:
    ben = log_in(stack, cast.ben)
    refresh = str(RefreshToken.for_user(cast.ben))
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert ben.rest.get("websites/").status_code == 401
    assert log_in_with(stack, refresh=refresh).status_code == 401


def test_an_expired_access_token_and_a_refresh_token_open_nothing(stack: Stack, cast: Cast) -> None:
    expired = AccessToken.for_user(cast.ben)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    for token in (str(expired), str(RefreshToken.for_user(cast.ben))):
        assert Rest(stack, token).get("websites/").status_code == 401


# --- in the browser ---


@pytest.fixture
def browser(stack: Stack, cast: Cast) -> Iterator[httpx2.Client]:
    """Ben's, logged in, with a CSRF token in its cookies."""
    with httpx2.Client(base_url=stack.url, headers=session_cookie(stack, cast.ben), trust_env=False) as client:
        yield client


def test_the_browsers_log_in_reads(browser: httpx2.Client) -> None:
    assert [one["name"] for one in browser.get("/api/v1/websites/").json()["results"]] == ["Acme"]


def test_the_browsers_log_in_writes_with_a_csrf_token_only(browser: httpx2.Client, stack: Stack, cast: Cast) -> None:
    path = "/api/v1/auth/ws-connection-token/"
    refused = browser.post(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    token = "x" * 32
    both = browser.headers["Cookie"] + f"; chat_csrf_{stack.port}={token}"
    allowed = browser.post(path, headers={"Cookie": both, "X-CSRFToken": token, "Origin": stack.url})
    assert allowed.status_code == 201
    foreign = browser.post(path, headers={"Cookie": both, "X-CSRFToken": token, "Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (403, "forbidden")


def test_a_log_in_of_another_installation_on_this_host_is_none_here(stack: Stack, cast: Cast) -> None:
    other = Client()
    other.force_login(cast.ben)
    headers = {"Cookie": f"chat_session_{stack.port + 1}={other.session.session_key}"}
    assert httpx2.get(f"{stack.url}/api/v1/websites/", headers=headers, trust_env=False).status_code == 401


@pytest.mark.slow
@pytest.mark.parametrize("forwarded", ["203.0.113.7", "not-an-address", ""])
def test_the_log_in_page_works_with_fewer_proxies_than_were_promised(cast: Cast, settings: Any, forwarded: str) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    form = {"login": cast.ben.email, "password": PASSWORD}
    headers = {"host": "127.0.0.1:8000", "X-Forwarded-For": forwarded}
    answer = Client(headers=headers).post("/accounts/login/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/live-chat/")


def log_in_with(stack: Stack, **body: Any) -> httpx2.Response:
    return Rest(stack).post("auth/token/", body)
