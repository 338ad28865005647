"""Every form there is, filled with what nobody should send: it is taken or refused with a word, and never breaks.

Sent twice, and from a page that is old by then: the walk goes over all addresses, also those that come later.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Membership, Organisation, User, Website
from tests.cast import Cast
from tests.dashboard.every_form import Place, forms_in, places_of
from tests.dashboard.reading import HOST, browser_of

HOSTILE = {
    "markup from right to left": "‮<script>alert(1)</script>💥' OR 1=1 --{{7*7}}",
    "nothing": "",
    "very long": "x" * 10_000,
    "emoji": "👩‍👩‍👧‍👦" * 40,
    "from right to left": "مرحبا ‮ gnirts",
    "a zero": "a\0b",
    "lines": "a\r\nBcc: everybody@example.test\r\n\r\nb",
    "a number": "99999999999999999999999999",
    "a path": "../../../../etc/passwd",
}
IN_SHORT = "markup from right to left"
EACH = [pytest.param(name, marks=[] if name == IN_SHORT else pytest.mark.slow) for name in HOSTILE]
PARTS = 4  # of the walk, so that none takes long
KEPT = ("csrfmiddlewaretoken",)


@pytest.fixture
def places(cast: Cast, settings: Any) -> list[Place]:
    settings.SIGN_UP = True
    return places_of(cast)


def test_the_walk_finds_the_pages(places: list[Place]) -> None:
    names = {place.name for place in places}
    assert len(names) >= 80
    assert {"manage:hours", "manage:texts", "account_login", "mfa_activate_totp", "invitation"} <= names


@pytest.mark.slow
@pytest.mark.parametrize("who", ["ada", pytest.param("stranger", marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", EACH)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks(cast: Cast, places: list[Place], kind: str, who: str, part: int) -> None:
    filled = 0
    for place in places[part::PARTS]:
        browser = browser_of(cast.ada) if who == "ada" else Client(headers=HOST)  # anew: one of them logs out
        page = browser.get(place.address)
        assert page.status_code < 500, place
        _check(browser.post(place.address), place)
        for address, fields in forms_in(_words(page)):
            hostile = {name: HOSTILE[kind] for name in fields if name not in KEPT}
            times = 2 if kind != IN_SHORT else 1
            for _ in range(times if hostile else 0):  # a button alone does what it says
                _check(browser.post(_resolved(address, place), hostile), place)
            filled += bool(hostile)
        if kind != IN_SHORT:
            _check(
                browser.get(place.address, {"next": HOSTILE[kind], "q": HOSTILE[kind], "page": HOSTILE[kind]}), place
            )
    assert filled >= (4 if who == "ada" else 0)
    assert _still_stands(cast)


@pytest.mark.slow
def test_what_is_gone_meanwhile_is_said_to_be_gone(cast: Cast, places: list[Place]) -> None:
    """Every page is opened, then its website is deleted, then its forms are sent as they stand."""
    opened = []
    for place in places:
        if place.address.startswith(f"/manage/{cast.acme.pk}/"):
            page = browser_of(cast.ada).get(place.address)
            opened += [(place, address, fields) for address, fields in forms_in(_words(page))]
    Website.objects.filter(pk=cast.acme.pk).delete()
    for place, address, fields in opened:
        answer = browser_of(cast.ada).post(_resolved(address, place), fields)
        if _resolved(address, place).startswith(f"/manage/{cast.acme.pk}/"):
            assert answer.status_code in (404, 405), (place, address)  # 405: a form that only asks


def _words(page: Any) -> str:
    is_page = page.status_code < 300 and "text/html" in page.get("Content-Type", "")
    return page.content.decode() if is_page else ""


def _resolved(address: str, place: Place) -> str:
    if not address or address.startswith("#"):
        return place.address
    return address if address.startswith("/") else place.address


def _check(answer: HttpResponse | Any, place: Place) -> None:
    assert answer.status_code < 500, place
    if not getattr(answer, "streaming", False):
        assert b"<script>alert" not in answer.content, place


def _still_stands(cast: Cast) -> bool:
    """No nonsense has taken anything away that only sense may take away."""
    Organisation.objects.get(pk=cast.acme.organisation_id)
    User.objects.get(pk=cast.ada.pk, is_active=True)
    is_there = Website.objects.filter(pk=cast.acme.pk).exists()
    return is_there and Membership.objects.filter(user=cast.ada, role="owner").exists()
