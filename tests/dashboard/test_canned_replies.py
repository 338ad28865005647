"""Canned replies over REST: of a website or of all of an organisation's, never of another's."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Membership, Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.servers.stack import Stack


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


def make(who: StaffMember, website: Website, shortcut: str = "hi", **more: Any) -> dict[str, Any]:
    body = {"website": website.pk, "shortcut": shortcut, "content": "Hello {{visitor.name}}", **more}
    answer = who.rest.post("canned-replies/", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def shortcuts(who: StaffMember) -> list[str]:
    return [one["shortcut"] for one in who.rest.get("canned-replies/").json()["results"]]


def test_an_agent_makes_changes_and_removes_one_for_their_website(ben: StaffMember, people_only: Cast) -> None:
    made = make(ben, people_only.acme)
    assert made == {
        "id": made["id"],
        "website": people_only.acme.pk,
        "shortcut": "hi",
        "content": "Hello {{visitor.name}}",
    }
    path = f"canned-replies/{made['id']}/"
    assert ben.rest.patch(path, {"content": "Good day"}).json() == made | {"content": "Good day"}
    assert shortcuts(ben) == ["hi"]
    assert ben.rest.delete(path).status_code == 204
    assert shortcuts(ben) == []


def test_one_for_all_websites_is_for_owners_and_admins_to_make_and_for_all_to_use(
    ben: StaffMember, cleo: StaffMember, people_only: Cast
) -> None:
    body = {"website": people_only.acme.pk, "shortcut": "bye", "content": "Bye", "everywhere": True}
    assert ben.rest.post("canned-replies/", body).status_code == 403
    made = make(cleo, people_only.acme, "bye", everywhere=True)
    assert made["website"] is None
    assert shortcuts(ben) == ["bye"]
    assert ben.rest.delete(f"canned-replies/{made['id']}/").status_code == 403


def test_who_sees_one_website_only_has_none_of_the_others(
    ben: StaffMember, cleo: StaffMember, people_only: Cast
) -> None:
    blog = Website.objects.create(organisation=people_only.acme.organisation, name="Blog")
    Membership.objects.get(user=people_only.ben).websites.add(people_only.acme)
    of_blog = make(cleo, blog, "blog")
    make(cleo, people_only.acme, "shop")
    assert shortcuts(ben) == ["shop"]
    assert ben.rest.patch(f"canned-replies/{of_blog['id']}/", {"content": "x"}).status_code == 404


def test_a_shortcut_is_there_once(ben: StaffMember, people_only: Cast) -> None:
    make(ben, people_only.acme)
    body = {"website": people_only.acme.pk, "shortcut": "hi", "content": "x"}
    assert ben.rest.post("canned-replies/", body).json()["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    "change",
    [{"shortcut": "a b"}, {"shortcut": ""}, {"shortcut": "x" * 41}, {"content": ""}, {"content": "\0"}],
    ids=ascii,
)
def test_what_makes_no_sense_is_invalid(ben: StaffMember, people_only: Cast, change: dict[str, str]) -> None:
    body = {"website": people_only.acme.pk, "shortcut": "hi", "content": "x"} | change
    answer = ben.rest.post("canned-replies/", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


def test_mallory_has_none_of_acmes(stack: Stack, ben: StaffMember, cleo: StaffMember, people_only: Cast) -> None:
    mallory = log_in(stack, people_only.mallory)
    for made in (make(ben, people_only.acme), make(cleo, people_only.acme, "all", everywhere=True)):
        assert mallory.rest.patch(f"canned-replies/{made['id']}/", {"content": "x"}).status_code == 404
        assert mallory.rest.delete(f"canned-replies/{made['id']}/").status_code == 404
    assert shortcuts(mallory) == []
    body = {"website": people_only.acme.pk, "shortcut": "hers", "content": "x"}
    assert mallory.rest.post("canned-replies/", body).status_code == 403
