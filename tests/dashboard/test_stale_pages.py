"""A form that was opened before somebody else saved, or deleted, the same: it says so, and writes over nothing.

Those of a website's own settings stand with their pages (test_manage_appearance.py and so on).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from accounts.models import Membership, Organisation, Website
from assistant.models import Article, AssistantSettings
from conversations.models import CannedReply, Label
from integrations.models import Event, Webhook
from tests.cast import Cast
from tests.dashboard.forms import every_form_of
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.locks import wait_for_locks


@dataclass(frozen=True)
class Edited:
    """Something with a form: the page, where the form goes, which field both change, and what is stored in it."""

    page: str
    sent_to: str
    field: str
    cleos: str
    adas: str
    stored: Callable[[], Any]


def an_article(cast: Cast) -> Edited:
    row = Article.objects.create(website=cast.acme, slug="returns", title="Returns", body="Thirty days.")
    path = f"/manage/{cast.acme.pk}/knowledge/articles/{row.pk}/"
    return Edited(path, path, "body", "Sixty days.", "Ninety days.", lambda: _now(Article, row.pk).body)


def a_reply(cast: Cast) -> Edited:
    row = CannedReply.objects.for_system().create(
        organisation=cast.acme.organisation, website=cast.acme, shortcut="hi", content="Hi"
    )
    path = address(cast.acme, f"canned/{row.pk}/")
    return Edited(path, path, "content", "Cleo's", "Ada's", lambda: _now(CannedReply, row.pk).content)


def a_label(cast: Cast) -> Edited:
    row = Label.objects.for_system().create(organisation=cast.acme.organisation, name="vip", color="#111111")
    page, field = address(cast.acme, "labels/"), f"{row.pk}-color"
    return Edited(page, f"{page}{row.pk}/", field, "#222222", "#333333", lambda: _now(Label, row.pk).color)


def a_role(cast: Cast) -> Edited:
    page = address(cast.acme, f"team/{cast.ben.pk}/")
    return Edited(page, f"{page}role/", "role", "admin", "owner", lambda: _ben(cast).role)


def a_scope(cast: Cast) -> Edited:
    """Which websites Ben sees."""
    second = Website.objects.create(organisation=cast.acme.organisation, name="Second")
    _ben(cast).websites.set([cast.acme])
    page = address(cast.acme, f"team/{cast.ben.pk}/")
    cleos, adas = str(second.pk), str(cast.acme.pk)

    def stored() -> str:
        return ",".join(str(site.pk) for site in _ben(cast).websites.all())

    return Edited(page, f"{page}websites/", "websites", cleos, adas, stored)


def the_assistant(cast: Cast) -> Edited:
    path = address(cast.acme)
    return Edited(
        path, path, "tone", "Warm.", "Cool.", lambda: AssistantSettings.objects.for_website(cast.acme.pk).get().tone
    )


def the_name(cast: Cast) -> Edited:
    """Of the assistant; that one stands on the website."""
    path = address(cast.acme)
    return Edited(path, path, "assistant_name", "Cleo's", "Ada's", lambda: _now(Website, cast.acme.pk).assistant_name)


def a_webhook(cast: Cast) -> Edited:
    events = [Event.MESSAGE_CREATED.value]
    row = Webhook.objects.create(website=cast.acme, url="https://acme.test/", events=events, encrypted_secret="")
    path = address(cast.acme, f"webhooks/{row.pk}/")
    cleos, adas = "https://acme.test/cleo", "https://acme.test/ada"
    return Edited(path, path, "url", cleos, adas, lambda: _now(Webhook, row.pk).url)


def the_address(cast: Cast) -> Edited:
    """For when the chat cannot be reached: one of the website's own settings."""
    path = address(cast.acme, "website/")
    stored = lambda: _now(Website, cast.acme.pk).support_email  # noqa: E731
    return Edited(path, path, "support_email", "c@acme.test", "a@acme.test", stored)


ALL = (an_article, a_reply, a_label, a_role, a_webhook, the_assistant, the_name, the_address)
DELETABLE = (an_article, a_reply, a_label, a_webhook)


@pytest.mark.parametrize("thing", ALL)
def test_who_saves_on_a_stale_page_is_told_and_writes_over_nobody(cast: Cast, thing: Callable[[Cast], Edited]) -> None:
    edited = thing(cast)
    opened = _opened(cast, edited)
    assert opened["seen"]
    _send(cast.cleo, edited, opened | {edited.field: edited.cleos})
    assert edited.stored() == edited.cleos
    assert "meanwhile" in _send(cast.ada, edited, opened | {edited.field: edited.adas})
    assert edited.stored() == edited.cleos
    _send(cast.ada, edited, _opened(cast, edited) | {edited.field: edited.adas})
    assert edited.stored() == edited.adas


def test_which_websites_an_agent_sees_is_not_written_over_from_a_stale_page(cast: Cast) -> None:
    edited = a_scope(cast)
    opened = _opened(cast, edited)
    _send(cast.cleo, edited, opened | {"scope": "listed", "websites": edited.cleos})
    answer = _send(cast.ada, edited, opened | {"scope": "every"})
    assert (edited.stored(), "meanwhile" in answer) == (edited.cleos, True)


@pytest.mark.slow
@pytest.mark.parametrize("thing", ALL)
def test_of_two_who_save_at_the_same_instant_one_is_told(cast: Cast, thing: Callable[[Cast], Edited]) -> None:
    """Both are under way before either may write: what they would write over is held until both wait for it."""
    edited = thing(cast)
    opened = _opened(cast, edited)
    ada, cleo = browser_of(cast.ada), browser_of(cast.cleo)
    with ThreadPoolExecutor(2) as hands:
        with transaction.atomic():
            _hold(cast)
            sent = [
                hands.submit(_alone, browser, edited, opened | {edited.field: value})
                for browser, value in ((ada, edited.adas), (cleo, edited.cleos))
            ]
            wait_for_locks(2)
        told = ["meanwhile" in one.result() for one in sent]
    assert sorted(told) == [False, True]
    assert edited.stored() == (edited.cleos if told[0] else edited.adas)


@pytest.mark.slow
@pytest.mark.parametrize("thing", ALL)
def test_the_same_sent_twice_is_no_conflict(cast: Cast, thing: Callable[[Cast], Edited]) -> None:
    edited = thing(cast)
    given = _opened(cast, edited) | {edited.field: edited.adas}
    for _ in range(2):
        assert "meanwhile" not in _send(cast.ada, edited, given)
    assert edited.stored() == edited.adas


@pytest.mark.parametrize("thing", DELETABLE)
def test_what_was_deleted_meanwhile_is_said_to_be_gone_and_not_made_again(
    cast: Cast, thing: Callable[[Cast], Edited]
) -> None:
    edited = thing(cast)
    opened = _opened(cast, edited)
    browser_of(cast.cleo).post(f"{edited.sent_to}delete/")
    answer = browser_of(cast.ada).post(edited.sent_to, opened | {edited.field: edited.adas})
    assert (answer.status_code, "deleted" in text_of(answer)) == (404, True)
    with pytest.raises(StopIteration):
        edited.stored()


def test_who_left_the_team_meanwhile_is_said_to_be_gone(cast: Cast) -> None:
    edited = a_role(cast)
    opened = _opened(cast, edited)
    browser_of(cast.cleo).post(address(cast.acme, f"team/{cast.ben.pk}/remove/"))
    answer = browser_of(cast.ada).post(edited.sent_to, opened | {"role": "admin"})
    assert (answer.status_code, "deleted" in text_of(answer)) == (404, True)
    assert not Membership.with_suspended.filter(user=cast.ben, organisation=cast.acme.organisation_id).exists()


@pytest.mark.parametrize("thing", ALL)
def test_mallory_sends_none_of_these_forms(cast: Cast, thing: Callable[[Cast], Edited]) -> None:
    edited = thing(cast)
    opened = _opened(cast, edited)
    was = edited.stored() if thing is not the_assistant else None
    answer = browser_of(cast.mallory).post(edited.sent_to, opened | {edited.field: edited.adas})
    assert answer.status_code == 404
    assert (edited.stored() if was is not None else was) == was


def _opened(cast: Cast, edited: Edited) -> dict[str, Any]:
    page = browser_of(cast.ada).get(edited.page).content.decode()
    return next(
        fields for to, fields in every_form_of(page) if (to or edited.page) == edited.sent_to and edited.field in fields
    )


def _send(user: Any, edited: Edited, given: dict[str, Any]) -> str:
    return text_of(browser_of(user).post(edited.sent_to, given, follow=True))


def _alone(browser: Client, edited: Edited, given: dict[str, Any]) -> str:
    """On a thread of its own, whose connections nobody else closes."""
    try:
        return text_of(browser.post(edited.sent_to, given, follow=True))
    finally:
        connections.close_all()


def _hold(cast: Cast) -> None:
    acme, organisation = cast.acme.pk, cast.acme.organisation_id
    list(Organisation.objects.select_for_update().filter(pk=organisation))
    list(Website.objects.select_for_update().filter(pk=acme))
    for one in (Article, Webhook):
        list(one._base_manager.select_for_update().filter(website=acme))
    for other in (CannedReply, Label):
        list(other._base_manager.select_for_update().filter(organisation=organisation))


def _ben(cast: Cast) -> Membership:
    return Membership.objects.get(user=cast.ben, organisation=cast.acme.organisation_id)


def _now(model: Any, pk: int) -> Any:
    return next(iter(model._base_manager.filter(pk=pk)))
