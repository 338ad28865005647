"""Behind TLS: cookies for https alone, HSTS, and a proxy is believed only when there is one."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.cast import Cast
from tests.clients.owners import CSRF
from tests.clients.people import PASSWORD, new_address
from tests.servers.stack import Stack, start_stack

HOST = "chat.example.com"
SECURE = {
    "PUBLIC_URL": f"https://{HOST}",
    "SECRET_KEY": "kT9w2Qz7Lm4Xv8Bn1Rf6Yd3Hs5Jp0Gc-aEuWiOoPlKjMnBvCxZq",
    "DEMO": "0",
    "ALLOWED_HOSTS": "127.0.0.1",  # so that the test can ask whether it is ready
    "LIMIT_LOGINS_PER_MINUTE": "3",
}


@pytest.fixture(scope="module")
def behind_proxy() -> Iterator[Stack]:
    with start_stack(SECURE | {"TRUSTED_PROXIES": "1"}, worker=False, name="https") as started:
        yield started


@pytest.fixture(scope="module")
def without_proxy() -> Iterator[Stack]:
    with start_stack(SECURE, worker=False, name="https-alone") as started:
        yield started


def ask(stack: Stack, method: str, path: str, scheme: str = "https", **options: object) -> httpx2.Response:
    given: dict[str, str] = options.pop("headers", {})  # type: ignore[assignment]
    headers = {"Host": HOST, "X-Forwarded-Proto": scheme, "X-Forwarded-For": new_address()} | given
    return httpx2.request(method, stack.url + path, headers=headers, trust_env=False, **options)  # type: ignore[arg-type]


def log_in(stack: Stack, email: str, password: str, address: str, origin: str = f"https://{HOST}") -> httpx2.Response:
    headers = {"Cookie": f"chat_csrf_443={CSRF}", "X-CSRFToken": CSRF, "X-Forwarded-For": address, "Origin": origin}
    given = {"login": email, "password": password}
    return ask(stack, "POST", "/accounts/login/", headers=headers | {"Referer": f"https://{HOST}/"}, data=given)


def test_browsers_are_told_to_come_by_https_only(behind_proxy: Stack) -> None:
    page = ask(behind_proxy, "GET", "/accounts/login/")
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    led = ask(behind_proxy, "GET", "/live-chat/", scheme="http")
    assert (led.status_code, led.headers["location"]) == (301, f"https://{HOST}/live-chat/")


def test_cookies_travel_by_https_only_and_no_script_reads_a_session(behind_proxy: Stack, cast: Cast) -> None:
    entered = log_in(behind_proxy, cast.ben.email, PASSWORD, new_address())
    assert entered.status_code == 302, entered.text
    cookies = {one.partition("=")[0]: one.lower() for one in entered.headers.get_list("set-cookie")}
    assert set(cookies) >= {"chat_session_443", "chat_csrf_443"}
    for said in cookies.values():
        assert "; secure" in said
        assert "samesite=lax" in said
    assert "httponly" in cookies["chat_session_443"]


@pytest.mark.parametrize(
    "origin",
    [f"http://{HOST}", f"https://{HOST}:8443", f"https://{HOST}.evil.example", "https://evil.example", "null"],
)
def test_a_form_from_another_origin_is_refused_however_alike(behind_proxy: Stack, cast: Cast, origin: str) -> None:
    assert log_in(behind_proxy, cast.ben.email, PASSWORD, new_address(), origin).status_code == 403


@pytest.mark.slow
def test_nobody_hides_behind_addresses_they_make_up(behind_proxy: Stack, cast: Cast) -> None:
    """Our proxy appends the address it saw; what the client wrote before it is nothing."""
    seen = new_address()
    answers = [log_in(behind_proxy, cast.ben.email, "guess", f"{new_address()}, {seen}") for _ in range(5)]
    assert [one.status_code for one in answers][:3] == [200] * 3
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.slow
def test_without_a_proxy_of_ours_headers_of_proxies_are_nothing(without_proxy: Stack) -> None:
    """Every attempt comes from one address, whatever they say; and nothing is https because somebody says so."""
    statuses = [
        log_in(without_proxy, f"{number}@example.test", "guess", new_address()).status_code for number in range(5)
    ]
    assert statuses[-1] == 429
    page = ask(without_proxy, "GET", "/accounts/login/", scheme="https")
    assert page.status_code == 200
    assert "strict-transport-security" not in page.headers
