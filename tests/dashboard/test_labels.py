"""Labels and colleagues over REST: an organisation's own."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Website
from tests.cast import Cast, new_person
from tests.clients.people import StaffMember, log_in
from tests.servers.stack import Stack


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.fixture
def mallory(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.mallory)


def make(who: StaffMember, cast: Cast, name: str, color: str = "#aa0000") -> int:
    answer = who.rest.post("labels/", {"website": cast.acme.pk, "name": name, "color": color})
    assert answer.status_code == 201, answer.text
    found: int = answer.json()["id"]
    return found


def test_a_label_is_made_once_whatever_its_case_and_has_a_colour(ben: StaffMember, people_only: Cast) -> None:
    vip = make(ben, people_only, "VIP")
    assert make(ben, people_only, " vip ") == vip
    assert ben.rest.patch(f"labels/{vip}/", {"color": "#00aa00"}).json() == {
        "id": vip,
        "name": "VIP",
        "color": "#00aa00",
    }
    make(ben, people_only, "refund")
    assert [one["name"] for one in ben.rest.get("labels/").json()["results"]] == ["VIP", "refund"]
    assert ben.rest.delete(f"labels/{vip}/").status_code == 204
    assert [one["name"] for one in ben.rest.get("labels/").json()["results"]] == ["refund"]


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x" * 61}, {"name": "a\0b"}, {"color": "red"}], ids=ascii)
def test_a_label_that_makes_no_sense_is_invalid(ben: StaffMember, people_only: Cast, body: dict[str, str]) -> None:
    answer = ben.rest.post("labels/", {"website": people_only.acme.pk, "name": "x"} | body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


def test_mallory_neither_sees_nor_touches_acmes_labels(
    ben: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    vip = make(ben, people_only, "vip")
    assert mallory.rest.get("labels/").json()["results"] == []
    assert mallory.rest.post("labels/", {"website": people_only.acme.pk, "name": "x"}).status_code == 403
    assert mallory.rest.patch(f"labels/{vip}/", {"color": "#000000"}).status_code == 404
    assert mallory.rest.delete(f"labels/{vip}/").status_code == 404
    assert len(ben.rest.get("labels/").json()["results"]) == 1


# --- colleagues ---


def test_one_sees_those_with_whom_one_shares_a_website(stack: Stack, people_only: Cast, ben: StaffMember) -> None:
    acme = people_only.acme
    blog = Website.objects.create(organisation=acme.organisation, name="Blog")
    blogger = new_person("Bo", acme, Membership.Role.AGENT)
    Membership.objects.get(user=blogger).websites.add(blog)
    Membership.objects.get(user=people_only.ben).websites.add(acme)
    by_ben = {one["name"]: one["websites"] for one in ben.rest.get("members/").json()["results"]}
    assert by_ben == {"Ada": [acme.pk], "Ben": [acme.pk], "Cleo": [acme.pk]}
    by_ada = {
        one["name"]: one["websites"] for one in log_in(stack, people_only.ada).rest.get("members/").json()["results"]
    }
    both = sorted([acme.pk, blog.pk])
    assert by_ada == {"Ada": both, "Ben": [acme.pk], "Bo": [blog.pk], "Cleo": both}


def test_everybody_says_for_themselves_that_they_are_away_and_admins_for_all(
    stack: Stack, people_only: Cast, ben: StaffMember
) -> None:
    cleo = log_in(stack, people_only.cleo)
    away = ben.rest.patch(f"members/{people_only.ben.pk}/", {"is_away": True})
    assert away.json()["is_away"] is True
    assert ben.rest.patch(f"members/{people_only.ben.pk}/", {"capacity": 9}).status_code == 403
    assert ben.rest.patch(f"members/{people_only.cleo.pk}/", {"is_away": True}).status_code == 403
    changed = cleo.rest.patch(f"members/{people_only.ben.pk}/", {"is_away": False, "capacity": 9}).json()
    assert (changed["is_away"], changed["capacity"]) == (False, 9)


def test_mallory_is_told_of_nobody_at_acme(mallory: StaffMember, people_only: Cast) -> None:
    assert [one["name"] for one in mallory.rest.get("members/").json()["results"]] == ["Mallory"]
    assert mallory.rest.patch(f"members/{people_only.ben.pk}/", {"is_away": True}).status_code == 404
