"""Second factors come and go with their rows: one transaction, or neither."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from audit.models import AuditEntry
from tests.accounts.test_second_factor import code_of
from tests.cast import Cast
from tests.clients.people import PASSWORD

ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Ben's, who has just logged in with his password."""
    client = Client(headers={"host": "127.0.0.1:8000"}, raise_request_exception=False)
    assert client.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD}).status_code == 302
    return client


def actions_of(cast: Cast) -> list[str]:
    return [one.action for one in AuditEntry.objects.of([cast.acme.organisation_id]).order_by("id")][1:]


def activate(browser: Client) -> str:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.get(ACTIVATE)
    secret = str(browser.session["mfa.totp.secret"])
    browser.post(ACTIVATE, {"code": code_of(secret)})
    return secret


def test_setting_one_up_losing_one_and_a_wrong_code_are_noted(cast: Cast, browser: Client) -> None:
    secret = activate(browser)
    assert Authenticator.objects.filter(user=cast.ben, type="totp").exists()
    assert actions_of(cast) == ["person.second_factor_added", "person.second_factor_added"]  # and codes to recover with
    other = Client(headers={"host": "127.0.0.1:8000"})
    other.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD})
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert actions_of(cast)[-1] == "person.second_factor_failed"
    browser.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=cast.ben, type="totp").exists()
    assert "person.second_factor_removed" in actions_of(cast)
    rows = AuditEntry.objects.of([cast.acme.organisation_id])
    assert all(secret not in f"{one.detail} {one.target_name}" for one in rows)
    assert not AuditEntry.objects.of([cast.globex.organisation_id]).exists()


def test_a_factor_whose_row_cannot_be_written_does_not_come_to_be(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("accounts.people_log.record_of_person", cannot)
    activate(browser)
    assert not Authenticator.objects.filter(user=cast.ben).exists()
