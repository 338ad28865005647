"""Labels and colleagues over REST: an organisation's own."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from accounts.models import Membership, Website
from conversations.models import Conversation
from conversations.models import Visitor as Visitors
from conversations.models.labels import labelled
from tests.cast import Cast, new_person
from tests.clients.people import StaffMember, log_in, visit
from tests.dashboard.test_search import MANY
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
    assert mallory.rest.patch(f"labels/{vip}/", {"name": "mine"}).status_code == 404
    assert mallory.rest.delete(f"labels/{vip}/").status_code == 404
    assert len(ben.rest.get("labels/").json()["results"]) == 1


def test_who_does_not_see_every_website_of_a_label_leaves_it_as_it_is(
    stack: Stack, ben: StaffMember, people_only: Cast
) -> None:
    vip = make(ben, people_only, "vip")
    blog = Website.objects.create(organisation=people_only.acme.organisation, name="Blog")
    Membership.objects.get(user=people_only.ben).websites.set([blog])
    assert log_in(stack, people_only.ben).rest.patch(f"labels/{vip}/", {"name": "mine"}).status_code == 403
    assert ben.rest.delete(f"labels/{vip}/").status_code == 403
    assert log_in(stack, people_only.cleo).rest.patch(f"labels/{vip}/", {"name": "VIP"}).status_code == 200


async def test_a_new_name_goes_to_every_conversation_that_has_the_label_and_is_told(
    stack: Stack, ben: StaffMember, people_only: Cast
) -> None:
    vip = make(ben, people_only, "VIP")
    make(ben, people_only, "refund")
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    path = f"conversations/{vera.conversation_id}/"
    before = ben.rest.patch(path, {"labels": ["VIP", "zebra"]}).json()["rev"]
    async with ben.socket() as inbox:
        assert ben.rest.patch(f"labels/{vip}/", {"name": "Customer of ours"}).json()["name"] == "Customer of ours"
        told = await inbox.expect("conversation_updated")
        assert (told["conversation"]["labels"], told["rev"]) == (["Customer of ours", "zebra"], before + 1)
    found = ben.rest.get("conversations/", label="Customer of ours").json()["results"]
    assert [one["id"] for one in found] == [vera.conversation_id]
    assert ben.rest.get("conversations/", label="VIP").json()["results"] == []
    assert ben.rest.patch(f"labels/{vip}/", {"name": "Refund"}).status_code == 400, "another one is called so"


@pytest.mark.slow
def test_of_very_many_conversations_a_job_carries_the_new_name(ben: StaffMember, people_only: Cast) -> None:
    vip = make(ben, people_only, "VIP")
    visitors = Visitors.objects.bulk_create(Visitors(website=people_only.acme) for _ in range(130))
    Conversation.objects.bulk_create(
        Conversation(website=people_only.acme, visitor=one, labels=["VIP"], status="resolved") for one in visitors
    )
    assert ben.rest.patch(f"labels/{vip}/", {"name": "Gold"}).status_code == 200
    gold = Conversation.objects.for_system().filter(website=people_only.acme, labels=["Gold"])
    for _ in range(200):
        if gold.count() == 130:
            break
        time.sleep(0.1)
    assert gold.count() == 130


def test_a_label_is_found_by_its_index(people_only: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"website": people_only.acme.pk, "count": 5000})
        cursor.execute(
            "UPDATE conversations_conversation SET status = 'resolved',"  # other tests' plans count those that are not
            " labels = CASE WHEN random() < 0.002 THEN '{rare}' ELSE labels END WHERE website_id = %s",
            [people_only.acme.pk],
        )
        cursor.execute("ANALYZE conversations_conversation")
    plan = Conversation.objects.for_system().filter(labelled("rare"), website=people_only.acme).explain()
    assert "conversation_labels" in plan, plan


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
