"""Websites over REST: staff see theirs, owners and admins change them, and everybody else finds nothing."""

from __future__ import annotations

import time
from typing import Any

import pytest

from accounts.models import Membership, Website
from conversations.models import Conversation
from tests.cast import Cast, new_website
from tests.clients.people import log_in, visit
from tests.servers.stack import Stack


def test_staff_see_the_websites_of_their_organisation_and_no_other(stack: Stack, cast: Cast) -> None:
    second = Website.objects.create(organisation=cast.acme.organisation, name="Acme blog")
    for person in (cast.ada, cast.cleo, cast.ben):
        page = log_in(stack, person).rest.get("websites/").json()
        assert [website["id"] for website in page["results"]] == [cast.acme.pk, second.pk]
        assert (page["next"], page["previous"]) == (None, None)
    mallorys = log_in(stack, cast.mallory).rest.get("websites/").json()["results"]
    assert [website["id"] for website in mallorys] == [cast.globex.pk]


def test_an_agent_with_websites_of_their_own_sees_only_those_and_an_admin_all(stack: Stack, cast: Cast) -> None:
    second = Website.objects.create(organisation=cast.acme.organisation, name="Acme blog")
    for person in (cast.ben, cast.cleo):
        Membership.objects.get(user=person).websites.add(second)
    ben, cleo = log_in(stack, cast.ben), log_in(stack, cast.cleo)
    assert [website["id"] for website in ben.rest.get("websites/").json()["results"]] == [second.pk]
    assert ben.rest.get(f"websites/{cast.acme.pk}/").status_code == 404
    assert [website["id"] for website in cleo.rest.get("websites/").json()["results"]] == [cast.acme.pk, second.pk]


def test_a_website_of_another_organisation_in_ones_membership_opens_nothing(stack: Stack, cast: Cast) -> None:
    Membership.objects.get(user=cast.ben).websites.add(cast.globex)
    ben = log_in(stack, cast.ben)
    assert ben.rest.get(f"websites/{cast.globex.pk}/").status_code == 404


def test_conversations_follow_the_websites_that_one_may_see(stack: Stack, people_only: Cast) -> None:
    second = new_website("Blog", ai_enabled=False)
    second.organisation = people_only.acme.organisation
    second.save()
    Membership.objects.get(user=people_only.ben).websites.add(second)
    hidden, shown = visit(stack, people_only.acme), visit(stack, second)
    hidden.open("hidden")
    shown.open("shown")
    ben = log_in(stack, people_only.ben)
    found = ben.rest.get("conversations/").json()["results"]
    assert [one["id"] for one in found] == [shown.conversation_id]
    assert ben.rest.get(f"conversations/{hidden.conversation_id}/").status_code == 404


def test_a_website_has_a_form_without_its_secret(stack: Stack, cast: Cast) -> None:
    answer = log_in(stack, cast.ada).rest.get(f"websites/{cast.acme.pk}/")
    assert answer.json()["website_key"] == cast.acme.website_key
    assert cast.acme.identity_secret not in answer.text


def test_owners_and_admins_change_a_website_and_what_is_left_out_stays(stack: Stack, cast: Cast) -> None:
    changes = {"name": "Acme shop", "brand_color": "#Aa00fF", "greeting": "Hello", "allowed_domains": ["acme.test"]}
    for person in (cast.ada, cast.cleo):
        rest = log_in(stack, person).rest
        before = rest.get(f"websites/{cast.acme.pk}/").json()
        after = rest.patch(f"websites/{cast.acme.pk}/", changes).json()
        assert after == before | changes
    config = visit(stack, cast.acme).session["widget"]
    assert (config["name"], config["brand_color"], config["greeting"]) == ("Acme shop", "#Aa00fF", "Hello")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\0b"},
        {"name": "\ud83d"},
        {"brand_color": "red"},
        {"brand_color": "#12345"},
        {"allowed_domains": "acme.test"},
        {"allowed_domains": ["a b"]},
        {"allowed_domains": ["x; script-src *"]},
        {"is_active": "perhaps"},
        {"website_key": "mine"},
        {"identity_secret": "mine"},
        {"organisation": 1},
        {"assistant_name": ""},
        {"greeting": "x" * 121},
    ],
    ids=ascii,
)
def test_what_makes_no_sense_changes_nothing(stack: Stack, cast: Cast, wrong: dict[str, Any]) -> None:
    rest = log_in(stack, cast.ada).rest
    before = rest.get(f"websites/{cast.acme.pk}/").json()
    answer = rest.patch(f"websites/{cast.acme.pk}/", wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert set(answer.json()["error"]["fields"]) <= {*wrong, *(f"{name}.0" for name in wrong)}
    assert rest.get(f"websites/{cast.acme.pk}/").json() == before


def test_a_new_website_belongs_to_the_organisation_of_who_made_it(stack: Stack, cast: Cast) -> None:
    answer = log_in(stack, cast.ada).rest.post("websites/", {"name": "Acme blog"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["organisation"], made["name"], made["is_active"]) == (cast.acme.organisation_id, "Acme blog", True)
    assert made["website_key"] != cast.acme.website_key
    assert log_in(stack, cast.ben).rest.get(f"websites/{made['id']}/").status_code == 200
    assert log_in(stack, cast.mallory).rest.get(f"websites/{made['id']}/").status_code == 404


def test_nobody_makes_a_website_for_somebody_elses_organisation(stack: Stack, cast: Cast) -> None:
    body = {"name": "Trojan", "organisation": cast.acme.organisation_id}
    for person in (cast.mallory, cast.ben):
        answer = log_in(stack, person).rest.post("websites/", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_a_deleted_website_takes_everything_of_it_along_and_nothing_else(stack: Stack, people_only: Cast) -> None:
    vera, other = visit(stack, people_only.acme), visit(stack, people_only.globex)
    vera.open("Hello")
    other.open("Hello")
    assert log_in(stack, people_only.ada).rest.delete(f"websites/{people_only.acme.pk}/").status_code == 204
    assert not Website.objects.filter(pk=people_only.acme.pk).exists()
    assert vera.rest.get("widget/conversations/").status_code == 401
    for _ in range(100):  # the worker takes away what it had
        if not Website.with_leaving.filter(pk=people_only.acme.pk).exists():
            break
        time.sleep(0.2)
    left = Conversation.objects.for_system().filter(pk__in=[vera.conversation_id, other.conversation_id])
    assert [str(one.pk) for one in left] == [other.conversation_id]


def test_a_new_key_ends_the_old_script_tag_and_not_the_sessions_that_are_there(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    answer = log_in(stack, people_only.ada).rest.post(f"websites/{people_only.acme.pk}/rotate-key/")
    assert answer.json()["website_key"] != people_only.acme.website_key
    assert vera.rest.get("widget/conversations/").status_code == 200
