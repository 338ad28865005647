"""Two-factor log-in in the browser: an authenticator app, recovery codes, a security key; required, and given up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Organisation
from tests.cast import Cast
from tests.clients.people import PASSWORD
from tests.dashboard.accessibility import violations
from tests.dashboard.reading import browser_of, text_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack


def code_for(secret: str, step: int = 0) -> str:
    """Of this half minute, or of one that is `step` away: no code is taken twice."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())) + step)))


def log_in(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}/live-chat/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def confirm_again(page: Page) -> None:
    """Where allauth asks for the password once more."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


@pytest.fixture
def demanding(cast: Cast) -> Cast:
    """Acme requires a second factor."""
    Organisation.objects.filter(pk=cast.acme.organisation_id).update(requires_second_factor=True)
    return cast


def test_who_lacks_what_is_required_is_led_to_it_and_comes_in_with_the_app(
    stack: Stack, demanding: Cast, pages: Pages
) -> None:
    email = demanding.ben.email
    page = pages()
    log_in(page, stack.url, email)
    expect(page.get_by_text("Your organisation requires two-factor log-in")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Activate").click()
    confirm_again(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    assert violations(page) == []
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    assert violations(page) == []
    recovery = page.locator("textarea").input_value().split()[0]
    page.goto(f"{stack.url}/live-chat/")
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()

    again = pages()
    log_in(again, stack.url, email)
    expect(again).to_have_url(f"{stack.url}/accounts/2fa/authenticate/")
    assert violations(again) == []
    again.get_by_label("Code").fill(recovery)
    again.get_by_role("button", name="Sign In").click()
    expect(again.get_by_text("Live", exact=True).first).to_be_visible()

    again.goto(f"{stack.url}/accounts/sessions/")
    assert violations(again) == []
    again.get_by_role("button", name="Log the others out").click()
    expect(again.get_by_role("row")).to_have_count(2)  # the head, and this one
    page.reload()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.slow
def test_a_security_key_is_a_second_factor(new_stack: Callable[..., Stack], demanding: Cast, pages: Pages) -> None:
    email = demanding.ben.email
    stack = new_stack(host="localhost", worker=False)
    site = stack.shop_url
    page = pages()
    with_key(page)
    log_in(page, site, email)
    page.get_by_role("link", name="Add").click()
    confirm_again(page)
    page.get_by_label("Name").fill("Ben's key")
    assert violations(page) == []
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Security key added")).to_be_visible()
    page.goto(f"{site}/live-chat/")
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()
    page.context.clear_cookies()
    log_in(page, site, email)
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def with_key(page: Page) -> None:
    """A security key that says yes by itself, plugged into this page's browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


# --- without a browser ---


def test_every_page_leads_to_the_set_up_and_mallory_goes_on(demanding: Cast) -> None:
    cast = demanding
    for path in ("/live-chat/", "/manage/", f"/manage/{cast.acme.pk}/team/"):
        assert browser_of(cast.ada).get(path)["Location"] == "/accounts/2fa/"
    assert browser_of(cast.mallory).get("/live-chat/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(demanding: Cast) -> None:
    cast = demanding
    Authenticator.objects.create(user=cast.ada, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert browser_of(cast.ada).get("/live-chat/")["Location"] == "/accounts/2fa/"


def test_only_an_owner_requires_it(cast: Cast) -> None:
    path = f"/manage/{cast.acme.pk}/team/second-factor/"
    assert "Only an owner" in text_of(browser_of(cast.cleo).post(path, {"required": "1"}, follow=True))
    assert browser_of(cast.mallory).post(path, {"required": "1"}).status_code == 404
    assert not Organisation.objects.get(pk=cast.acme.organisation_id).requires_second_factor
    browser_of(cast.ada).post(path, {"required": "1"})
    assert Organisation.objects.get(pk=cast.acme.organisation_id).requires_second_factor


def test_secrets_of_authenticator_apps_lie_encrypted(cast: Cast) -> None:

    TOTP.activate(cast.ben, "JBSWY3DPEHPK3PXP")
    stored = Authenticator.objects.get(user=cast.ben, type=Authenticator.Type.TOTP)
    assert "JBSWY3DPEHPK3PXP" not in str(stored.data)
    stranger = Client(headers={"host": "127.0.0.1:8000"})
    assert stranger.get("/accounts/2fa/")["Location"].startswith("/accounts/")
