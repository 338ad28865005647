"""Every page of the owners' and of log-in in a browser, found by walking the addresses: nothing for axe to say, nothing
wider than the window, in both colour schemes, on a phone and on a desk."""

from __future__ import annotations

import time
from functools import partial
from random import Random
from typing import Literal

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route

from accounts.models import Invitation, User
from assistant.models import QuestionRun
from conversations.actions.invitations import hash_of
from privacy.models import Erasure, Export
from tests.cast import Cast
from tests.dashboard.accessibility import violations
from tests.dashboard.every_form import places_of
from tests.dashboard.past import make_past
from tests.dashboard.reading import HOST
from tests.servers.pages import Pages
from tests.servers.stack import Stack

Way = tuple[int, Literal["light", "dark"]]  # the window's width, and the colour scheme
WAYS: tuple[Way, ...] = ((1280, "light"), (1280, "dark"), (360, "light"), (360, "dark"))
IN_SHORT: tuple[Way, ...] = ((1280, "light"), (360, "dark"))
PARTS = 10  # of Ada's walk, so that none takes long
WALKS = [*(("ada", part) for part in range(PARTS)), ("cleo", 0), ("stranger", 0), ("mallory", 0)]
FEWEST = {"ada": 3, "cleo": 3, "stranger": 8, "mallory": 1}  # pages
SAID_INSTEAD = ("400", "403", "403_csrf", "404", "500", "503")


def recently_confirmed(user: User) -> Client:
    """Who has just given their password: pages of the second factor ask for it."""
    browser = Client(headers=HOST)
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return browser


def invited(cast: Cast, email: str, token: str, *, is_open: bool = True) -> str:
    token = f"{token}-{cast.acme.pk}"  # tests share a database
    more = {} if is_open else {"expires_at": timezone.now()}
    Invitation.objects.create(
        organisation=cast.acme.organisation, email=email, token_hash=hash_of(token), invited_by=cast.ada, **more
    )
    return f"/accounts/invitation/?token={token}"


def shown(browser: Client, addresses: list[str]) -> list[str]:
    """Those of the addresses at which there is a page, and not a file, an answer for a script or another address."""
    found = []
    for address in addresses:
        answer = browser.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found.append(address)
    return found


@pytest.fixture
def walk(cast: Cast, who: str, part: int) -> tuple[str, list[str]]:
    """The session's key and the pages of one walk. Made before the browser is in use: it needs the database."""
    make_past(cast.acme, [cast.ben, cast.cleo], 30, timezone.now(), Random(6))
    places = [place for place in places_of(cast) if "/logout" not in place.address]
    every = [place.address for place in places]
    _let_nothing_go_on(cast)
    if who == "ada":
        return _walk_of(cast.ada, every[part::PARTS])
    if who == "cleo":
        Authenticator.objects.filter(user=cast.cleo).delete()  # that of the walk has no secret
        TOTP.activate(cast.cleo, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(cast.cleo)
        return _walk_of(cast.cleo, [place.address for place in places if place.name.startswith("mfa_")])
    theirs = invited(cast, cast.mallory.email, "theirs")
    if who == "mallory":
        return _walk_of(cast.mallory, [theirs])
    others = [invited(cast, "new@acme.test", "open"), invited(cast, "late@acme.test", "late", is_open=False)]
    return "", [*shown(Client(headers=HOST), every), theirs, *others]


def _walk_of(user: User, addresses: list[str]) -> tuple[str, list[str]]:
    browser = recently_confirmed(user)
    return str(browser.session.session_key), shown(browser, addresses)


def _let_nothing_go_on(cast: Cast) -> None:
    """A page of what goes on asks again by itself, in the middle of being looked at."""
    acme = cast.acme
    QuestionRun.objects.for_website(acme.pk).update(state=QuestionRun.State.DONE, ended_at=timezone.now())
    Export.objects.of_organisation(acme.organisation_id).update(state=Export.State.FAILED)
    Erasure.objects.of_organisation(acme.organisation_id).update(finished_at=timezone.now())


def opened(stack: Stack, pages: Pages, key: str) -> Page:
    page = pages(viewport={"width": 1280, "height": 900})
    if key:
        page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": key, "url": stack.url}])
    return page


def look_at(page: Page, address: str, ways: tuple[Way, ...] = WAYS) -> list[str]:
    """What is wrong with it, in each way in which it can be looked at."""
    wrong = []
    for width, scheme in ways:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [f"{address} {width} {scheme}: {one}" for one in violations(page)]
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{address} {width}: {wider} px too wide"] if wider > 0 else []
    return wrong


@pytest.mark.slow
@pytest.mark.timeout(300)  # a browser looks at each page in four ways
@pytest.mark.parametrize(("who", "part"), WALKS)
def test_every_page_is_accessible_and_fits(
    stack: Stack, walk: tuple[str, list[str]], pages: Pages, who: str, part: int
) -> None:
    key, addresses = walk
    assert len(addresses) >= FEWEST[who]
    page, wrong = opened(stack, pages, key), []
    for address in addresses:
        page.goto(stack.url + address)
        wrong += look_at(page, address)
    assert wrong == []


def test_some_pages_are_accessible_and_fit(stack: Stack, cast: Cast, adas_session: str, pages: Pages) -> None:
    of_acme = {"website_id": cast.acme.pk}
    page, wrong = opened(stack, pages, adas_session), []
    for address in (reverse("manage:team_member", kwargs=of_acme | {"user_id": cast.ben.pk}), reverse("mfa_index")):
        page.goto(stack.url + address)
        wrong += look_at(page, address, IN_SHORT)
    assert wrong == []


@pytest.mark.slow
def test_what_is_said_instead_of_a_page_is_accessible_and_fits(stack: Stack, pages: Pages) -> None:
    page, wrong = opened(stack, pages, ""), []
    for name in SAID_INSTEAD:
        said = get_template(f"{name}.html").render()
        page.route("**/instead/", partial(Route.fulfill, body=said, content_type="text/html"))
        page.goto(stack.url + "/instead/")
        wrong += look_at(page, name)
        page.unroute("**/instead/")
    assert wrong == []
