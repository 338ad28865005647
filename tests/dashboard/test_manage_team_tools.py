"""Assignment, canned replies and labels on the owners' pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Availability, Website
from conversations.models import CannedReply, Conversation, Label, Visitor
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.stack import Stack

REPLY = {"shortcut": "refund", "content": "You get your money back, {{visitor.name}}."}


@pytest.fixture
def acme(cast: Cast) -> Website:
    return cast.acme


# --- canned replies ---


def test_a_canned_reply_is_made_changed_and_deleted(acme: Website, owner: PageReader) -> None:
    page = owner.post(address(acme, "canned/new/"), REPLY)
    assert "/refund is there." in page.text
    made = CannedReply.objects.for_system().get(website=acme)
    assert (made.content, made.author) == (REPLY["content"], owner.user)
    owner.post(address(acme, f"canned/{made.pk}/"), REPLY | {"shortcut": "money"})
    made.refresh_from_db()
    assert made.shortcut == "money"
    owner.post(address(acme, f"canned/{made.pk}/delete/"), {})
    assert not CannedReply.objects.for_system().filter(website=acme).exists()
    assert "deleted already" in owner.post(address(acme, f"canned/{made.pk}/delete/"), {}).text


def test_one_for_all_websites_is_offered_on_each(acme: Website, owner: PageReader) -> None:
    blog = Website.objects.create(organisation=acme.organisation, name="Acme blog")
    owner.post(address(acme, "canned/new/"), REPLY | {"everywhere": "on"})
    owner.post(address(acme, "canned/new/"), REPLY | {"shortcut": "here"})
    words = owner.get(address(blog, "canned/")).text
    assert "/refund" in words
    assert "/here" not in words


def test_sent_twice_it_is_there_once_and_another_of_its_name_is_refused(acme: Website, owner: PageReader) -> None:
    for _ in range(2):
        assert "/refund is there." in owner.post(address(acme, "canned/new/"), REPLY).text
    assert CannedReply.objects.for_system().filter(website=acme).count() == 1
    other = owner.post(address(acme, "canned/new/"), REPLY | {"content": "Never."})
    assert (other.status_code, "already" in other.text) == (422, True)


@pytest.mark.parametrize(
    "given",
    [{"shortcut": ""}, {"shortcut": "a b"}, {"shortcut": "x" * 41}, {"shortcut": "<b>"}, {"content": ""}],
    ids=["none", "spaces", "long", "markup", "no text"],
)
def test_a_canned_reply_that_is_none_is_refused(acme: Website, adas_browser: Client, given: dict[str, str]) -> None:
    assert adas_browser.post(address(acme, "canned/new/"), REPLY | given).status_code == 422
    assert not CannedReply.objects.for_system().filter(organisation=acme.organisation).exists()


def test_a_stale_page_does_not_take_back_what_a_colleague_wrote(acme: Website, owner: PageReader) -> None:
    owner.post(address(acme, "canned/new/"), REPLY)
    made = CannedReply.objects.for_system().get(website=acme)
    stale = seen(owner.get(address(acme, f"canned/{made.pk}/")).text)
    owner.post(address(acme, f"canned/{made.pk}/"), REPLY | {"content": "Cleo's"})
    answer = owner.post(address(acme, f"canned/{made.pk}/"), REPLY | {"content": "Ada's", "seen": stale})
    assert answer.status_code == 409
    made.refresh_from_db()
    assert made.content == "Cleo's"
    owner.post(address(acme, f"canned/{made.pk}/"), REPLY | {"content": "Ada's", "seen": seen(answer.text)})
    made.refresh_from_db()
    assert made.content == "Ada's"


# --- labels ---


def test_a_label_is_made_changed_and_deleted(acme: Website, owner: PageReader) -> None:
    for name in ("  very   urgent ", "Very Urgent"):
        owner.post(address(acme, "labels/"), {"name": name, "color": "#b01e28"})
    made = Label.objects.for_system().get(organisation=acme.organisation)
    assert (made.name, made.color) == ("very urgent", "#b01e28")
    Conversation.objects.for_system().create(
        website=acme, visitor=Visitor.objects.create(website=acme), labels=["very urgent"]
    )
    for name, color in (("now", "#00ff00"), ("", "#000000"), ("now", "red; x"), ("x" * 61, "#000000")):
        owner.post(address(acme, f"labels/{made.pk}/"), {f"{made.pk}-name": name, f"{made.pk}-color": color})
        made.refresh_from_db()
        assert (made.name, made.color) == ("now", "#00ff00")
    assert Conversation.objects.for_system().get(website=acme).labels == ["now"]
    other = Label.objects.for_system().create(organisation=acme.organisation, name="later")
    taken = {f"{other.pk}-name": "Now", f"{other.pk}-color": "#000000"}
    assert "note-error" in owner.post(address(acme, f"labels/{other.pk}/"), taken).text
    for said in ("offered no more", "deleted already"):
        assert said in owner.post(address(acme, f"labels/{made.pk}/delete/"), {}).text


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\0b"])
def test_a_label_that_is_none_is_refused(acme: Website, adas_browser: Client, name: str) -> None:
    assert adas_browser.post(address(acme, "labels/"), {"name": name, "color": "#000000"}).status_code == 422
    assert not Label.objects.for_system().filter(organisation=acme.organisation).exists()


def test_a_hostile_label_is_text(acme: Website, adas_browser: Client) -> None:
    Label.objects.for_system().create(organisation=acme.organisation, name="<script>alert(1)</script>")
    assert "<script>alert" not in adas_browser.get(address(acme, "labels/")).content.decode()


# --- assignment ---


def test_ada_says_who_is_given_how_many(acme: Website, cast: Cast, owner: PageReader) -> None:
    page = owner.get(address(acme, "assignment/")).text
    given = fields(page) | {"auto_assign": "on", "unclaimed_minutes": "30", f"capacity_{cast.ben.pk}": "2"}
    assert "Saved." in owner.post(address(acme, "assignment/"), given).text
    acme.refresh_from_db()
    assert (acme.auto_assign, acme.unclaimed_minutes) == (True, 30)
    assert Availability.objects.get(pk=cast.ben.pk).capacity == 2
    assert not Availability.objects.filter(pk=cast.cleo.pk).exists()  # nobody said anything about her


def test_a_stale_page_sets_only_what_was_changed_on_it(acme: Website, cast: Cast, owner: PageReader) -> None:
    stale = fields(owner.get(address(acme, "assignment/")).text)
    Availability.objects.create(user=cast.ben, capacity=9)
    owner.post(address(acme, "assignment/"), stale | {f"capacity_{cast.cleo.pk}": "3"})
    assert Availability.objects.get(pk=cast.ben.pk).capacity == 9
    assert Availability.objects.get(pk=cast.cleo.pk).capacity == 3


@pytest.mark.slow
@pytest.mark.parametrize("number", ["", "-1", "1441", "many", "1e9", "²"])
def test_a_number_that_is_none_is_refused(acme: Website, cast: Cast, adas_browser: Client, number: str) -> None:
    given = fields(adas_browser.get(address(acme, "assignment/")).content.decode())
    for field in (f"capacity_{cast.ben.pk}", "unclaimed_minutes"):
        assert adas_browser.post(address(acme, "assignment/"), given | {field: number}).status_code == 422
    assert not Availability.objects.filter(pk=cast.ben.pk).exists()


# --- not to Mallory ---


def test_mallory_finds_none_of_it_and_ben_may_do_none_of_it(stack: Stack, acme: Website, cast: Cast) -> None:
    reply = CannedReply.objects.for_system().create(
        organisation=acme.organisation, website=acme, shortcut="hi", content="Hi"
    )
    label = Label.objects.for_system().create(organisation=acme.organisation, name="vip")
    for rest in ("assignment/", "canned/", "canned/new/", f"canned/{reply.pk}/", "labels/"):
        assert browser_of(cast.mallory).get(address(acme, rest)).status_code == 404
        assert browser_of(cast.ben).get(address(acme, rest)).status_code == 403
    hostile = {f"capacity_{cast.ben.pk}": "0", **REPLY, "name": "x", "color": "#000000"}
    for rest in ("assignment/", "canned/new/", f"canned/{reply.pk}/", f"canned/{reply.pk}/delete/", "labels/"):
        assert browser_of(cast.mallory).post(address(acme, rest), hostile).status_code == 404
        assert browser_of(cast.ben).post(address(acme, rest), hostile).status_code == 403
    # Nor by her own website's address.
    own = cast.globex
    assert browser_of(cast.mallory).get(address(own, f"canned/{reply.pk}/")).status_code == 404
    mallory = PageReader(stack, cast.mallory)
    mallory.post(address(own, f"canned/{reply.pk}/delete/"), {})
    mallory.post(address(own, f"labels/{label.pk}/delete/"), {})
    mallory.post(address(own, "assignment/"), hostile | {f"capacity_{cast.mallory.pk}": "1"})
    assert CannedReply.objects.for_system().get(pk=reply.pk).content == "Hi"
    assert Label.objects.for_system().filter(pk=label.pk).exists()
    assert not Availability.objects.filter(pk=cast.ben.pk).exists()
    words = text_of(browser_of(cast.mallory).get(address(own, "assignment/")))
    assert "Ben" not in words
    assert cast.ben.email not in words


def fields(page: str) -> dict[str, str]:
    """What the form would send as it stands, also what it was."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        attributes: dict[str, Any] = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_sent = attributes.get("type") != "checkbox" or " checked" in tag
        if attributes.get("name") not in (None, "csrfmiddlewaretoken") and is_sent:
            found[attributes["name"]] = attributes.get("value", "on")
    return found


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]
