"""Websites on the owners' pages: made, named, switched off, deleted, and where their chat may stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Website
from conversations.models import Visitor
from tests.cast import Cast, new_website
from tests.dashboard.reading import address, browser_of, text_of

GIVEN = {"name": "Acme", "language": "en", "support_email": "", "resume_handles": "on"}


def test_ada_makes_a_website_and_gets_its_line(cast: Cast, adas_browser: Client) -> None:
    page = adas_browser.get(address(cast.acme, "websites/new/"))
    answer = adas_browser.post(address(cast.acme, "websites/new/"), {"name": " Acme blog ", "once": once(page)})
    made = Website.objects.get(organisation=cast.acme.organisation, name="Acme blog")
    assert answer["Location"] == address(made, "install/")
    assert f"/widget/{made.website_key}.js" in text_of(adas_browser.get(answer["Location"]))
    assert "Acme blog" in text_of(adas_browser.get(address(cast.acme, "websites/")))


def test_a_form_that_is_sent_twice_makes_one_website(cast: Cast, adas_browser: Client) -> None:
    given = {"name": "Twice", "once": once(adas_browser.get(address(cast.acme, "websites/new/")))}
    first, second = (adas_browser.post(address(cast.acme, "websites/new/"), given) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Website.objects.filter(organisation=cast.acme.organisation, name="Twice").count() == 1


def test_nobody_gives_a_new_website_a_key_of_their_own_choice(cast: Cast, adas_browser: Client) -> None:
    for key in (cast.globex.website_key, "mine", ""):
        answer = adas_browser.post(address(cast.acme, "websites/new/"), {"name": "X", "once": key})
        assert (answer.status_code, "once more" in text_of(answer)) == (422, True)
    assert Website.objects.filter(organisation=cast.acme.organisation).count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\0b"], ids=["empty", "blank", "long", "null"])
def test_a_name_that_is_none_is_refused_at_its_field(cast: Cast, adas_browser: Client, name: str) -> None:
    answer = adas_browser.post(address(cast.acme, "website/"), GIVEN | {"name": name})
    assert answer.status_code == 422
    assert re.search(r'name="name"[^>]*aria-invalid="true"', answer.content.decode())
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "متجر", "🛒 & Söhne", "x" * 120])
def test_an_odd_name_is_kept_and_harms_no_page(cast: Cast, adas_browser: Client, name: str) -> None:
    assert adas_browser.post(address(cast.acme, "website/"), GIVEN | {"name": name}).status_code == 302
    for rest in ("websites/", "website/", "install/"):
        answer = adas_browser.get(address(cast.acme, rest))
        assert name in text_of(answer) or "<" in name
        assert "<script>alert" not in answer.content.decode()


def test_settings_of_a_website_are_saved(cast: Cast, adas_browser: Client) -> None:
    given = {"name": "Acme", "language": "de", "support_email": "help@acme.test", "visitor_drafts": "on"}
    adas_browser.post(address(cast.acme, "website/"), given)
    cast.acme.refresh_from_db()
    assert (cast.acme.language, cast.acme.support_email) == ("de", "help@acme.test")
    assert (cast.acme.resume_handles, cast.acme.visitor_drafts) == (False, True)


def test_a_stale_page_writes_over_nobody_unasked(cast: Cast, adas_browser: Client) -> None:
    stale = seen(adas_browser.get(address(cast.acme, "website/")))
    browser_of(cast.cleo).post(address(cast.acme, "website/"), GIVEN | {"name": "Cleo's"})
    answer = adas_browser.post(address(cast.acme, "website/"), GIVEN | {"name": "Ada's", "seen": stale})
    assert (answer.status_code, "changed this meanwhile" in text_of(answer)) == (409, True)
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Cleo's"
    again = GIVEN | {"name": "Ada's", "seen": seen(answer)}
    assert adas_browser.post(address(cast.acme, "website/"), again).status_code == 302
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Ada's"


def test_what_is_switched_off_stays_off_however_often_it_is_sent(cast: Cast, adas_browser: Client) -> None:
    for _ in range(2):
        adas_browser.post(address(cast.acme, "website/switch/"), {"active": "no"})
        cast.acme.refresh_from_db()
        assert not cast.acme.is_active
    assert "Switched off" in text_of(adas_browser.get(address(cast.acme, "websites/")))
    assert Client().get(f"/widget/{cast.acme.website_key}.js").content.startswith(b"console.info")
    adas_browser.post(address(cast.acme, "website/switch/"), {"active": "yes"})
    cast.acme.refresh_from_db()
    assert cast.acme.is_active


def test_only_who_writes_its_name_deletes_a_website(cast: Cast, adas_browser: Client) -> None:
    second = Website.objects.create(organisation=cast.acme.organisation, name="Old  shop")
    Visitor.objects.create(website=second)
    for name in ("", "old shop", "Acme"):
        answer = adas_browser.post(address(second, "website/delete/"), {"name": name})
        assert (answer.status_code, "Nothing was deleted" in text_of(answer)) == (422, True)
    answer = adas_browser.post(address(second, "website/delete/"), {"name": " Old shop "})
    assert answer["Location"] == address(cast.acme, "websites/")
    assert not Website.objects.filter(pk=second.pk).exists()
    assert adas_browser.post(address(second, "website/delete/"), {"name": "Old shop"}).status_code == 404


def test_mallory_finds_none_of_it_and_ben_may_do_none_of_it(cast: Cast) -> None:
    secret = cast.acme.identity_secret
    for rest in ("websites/", "websites/new/", "website/", "install/"):
        assert browser_of(cast.mallory).get(address(cast.acme, rest)).status_code == 404
        assert browser_of(cast.ben).get(address(cast.acme, rest)).status_code == 403
    for rest in ("website/", "website/switch/", "website/delete/", "install/", "install/key/", "install/secret/"):
        given = GIVEN | {"name": "Acme", "active": "no", "allowed_domains": "evil.example"}
        assert browser_of(cast.mallory).post(address(cast.acme, rest), given).status_code == 404
        assert browser_of(cast.ben).post(address(cast.acme, rest), given).status_code == 403
    cast.acme.refresh_from_db()
    assert (cast.acme.is_active, cast.acme.allowed_domains, cast.acme.identity_secret) == (True, [], secret)
    assert cast.acme.name not in text_of(browser_of(cast.mallory).get(address(cast.globex, "websites/")))


def test_the_list_has_what_one_administers_and_nothing_else(cast: Cast) -> None:
    Membership.objects.create(user=cast.ada, organisation=cast.globex.organisation, role=Membership.Role.AGENT)
    third = new_website("Initech")
    Membership.objects.create(user=cast.ada, organisation=third.organisation, role=Membership.Role.ADMIN)
    words = text_of(browser_of(cast.ada).get(address(cast.acme, "websites/")))
    assert "Initech" in words
    assert "Globex" not in words


# --- where the chat may stand ---


def test_domains_are_kept_as_browsers_compare_them(cast: Cast, adas_browser: Client) -> None:
    given = "Shop.Example/\r\nhttps://*.shop.example:8443\n\n  bücher.example \nSHOP.example\nlocalhost:*"
    adas_browser.post(address(cast.acme, "install/"), {"allowed_domains": given})
    cast.acme.refresh_from_db()
    kept = ["shop.example", "https://*.shop.example:8443", "xn--bcher-kva.example", "localhost:*"]
    assert cast.acme.allowed_domains == kept
    frame = Client().get(f"/widget/frame/{cast.acme.website_key}/")
    sources = re.search(r"frame-ancestors ([^;]+)", frame["Content-Security-Policy"])
    assert sources is not None
    assert set(kept) <= set(sources[1].split())


def test_one_bad_domain_saves_none_and_is_named(cast: Cast, adas_browser: Client) -> None:
    given = "shop.example\nshop.example/checkout"
    answer = adas_browser.post(address(cast.acme, "install/"), {"allowed_domains": given})
    assert answer.status_code == 422
    assert "“shop.example/checkout”: only the host" in text_of(answer)
    assert "shop.example/checkout</textarea>" in answer.content.decode()
    cast.acme.refresh_from_db()
    assert cast.acme.allowed_domains == []


# --- the secret and the key ---


def test_a_new_secret_is_shown_once(cast: Cast, adas_browser: Client) -> None:
    before = cast.acme.identity_secret
    assert before not in adas_browser.get(address(cast.acme, "install/")).content.decode()
    shown = adas_browser.post(address(cast.acme, "install/secret/"))
    cast.acme.refresh_from_db()
    assert cast.acme.identity_secret != before
    assert cast.acme.identity_secret in text_of(shown)
    assert "no-store" in shown["Cache-Control"]
    assert cast.acme.identity_secret not in adas_browser.get(address(cast.acme, "install/")).content.decode()


@pytest.mark.slow
def test_with_a_new_key_the_old_line_shows_nothing(cast: Cast, adas_browser: Client) -> None:
    before = cast.acme.website_key
    adas_browser.post(address(cast.acme, "install/key/"))
    cast.acme.refresh_from_db()
    assert cast.acme.website_key != before
    assert Client().get(f"/widget/{before}.js").content.startswith(b"console.info")


def once(page: Any) -> str:
    return hidden(page, "once")


def seen(page: Any) -> str:
    return hidden(page, "seen")


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]
