"""The form before the first message: asked of whom it does not know yet, held by the server, seen by the staff."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Website
from conversations.models import Visitor as StoredVisitor
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import Rest, Visitor, log_in, visit
from tests.servers.stack import Stack

FORM: dict[str, Any] = {
    "enabled": True,
    "fields": [
        {"key": "name"},
        {"key": "email", "kind": "email", "required": True},
        {"key": "topic", "kind": "select", "options": ["Order", "Return"], "required": True},
    ],
}
ANSWERS = {"name": "Vera", "email": "vera@example.com", "topic": "Order"}


@pytest.fixture
def acme(people_only: Cast) -> Website:
    people_only.acme.widget = {"form": FORM}
    people_only.acme.save()
    return people_only.acme


@pytest.fixture
def vera(each_stack: Stack, acme: Website) -> Visitor:
    return visit(each_stack, acme)


def asked(vera: Visitor) -> list[str]:
    body = {"website_key": vera.session["widget"]["website_key"], "visitor_token": vera.session["visitor_token"]}
    return [one["key"] for one in vera.rest.post("widget/sessions/", body).json()["asks"]]


async def test_answers_are_kept_and_seen_by_the_staff_and_not_asked_for_again(vera: Visitor, people_only: Cast) -> None:
    assert [one["key"] for one in vera.session["asks"]] == ["name", "email", "topic"]
    answer = vera.rest.post("widget/form/", {"values": ANSWERS})
    assert (answer.status_code, answer.json()["asks"]) == (200, [])
    assert asked(vera) == []
    conversation = vera.open("Hello")["conversation"]["id"]
    card = log_in(vera.stack, people_only.ben).rest.get(f"conversations/{conversation}/").json()["visitor"]
    assert (card["name"], card["email"]) == ("Vera", "vera@example.com")


async def test_no_conversation_begins_without_what_is_required(vera: Visitor) -> None:
    answer = vera.rest.post("widget/conversations/", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert answer.json()["error"]["detail"] == "Answer the form first: email, topic."
    vera.rest.post("widget/form/", {"values": {key: ANSWERS[key] for key in ("email", "topic")}})
    assert vera.rest.post("widget/conversations/", {}).status_code == 201
    assert asked(vera) == ["name"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "vera@"}, "email"),
        ({"topic": "Something else"}, "topic"),
        ({"name": "x" * 121}, "name"),
        ({"surprise": "x"}, "surprise"),
    ],
)
async def test_answers_that_make_no_sense_are_refused_by_field(
    vera: Visitor, change: dict[str, str], field: str
) -> None:
    answer = vera.rest.post("widget/form/", {"values": ANSWERS | change})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert list(answer.json()["error"]["fields"]) == [field]
    assert asked(vera) == ["name", "email", "topic"]


async def test_what_the_website_has_proved_is_neither_asked_for_nor_overwritten(vera: Visitor) -> None:
    stored = StoredVisitor.objects.for_system().filter(pk=vera.session["visitor"]["id"])
    await db(stored.update, email="proved@example.com", external_id="42")
    assert asked(vera) == ["name", "topic"]
    answer = vera.rest.post("widget/form/", {"values": ANSWERS})
    assert answer.json()["visitor"]["email"] == "proved@example.com"


async def test_mallory_learns_nothing_of_the_answers(vera: Visitor, people_only: Cast) -> None:
    vera.rest.post("widget/form/", {"values": ANSWERS})
    stranger, outsider = visit(vera.stack, people_only.acme), visit(vera.stack, people_only.globex)
    assert [one["key"] for one in stranger.session["asks"]] == ["name", "email", "topic"]
    assert outsider.session["asks"] == []
    assert log_in(vera.stack, people_only.mallory).rest.post("widget/form/", {"values": ANSWERS}).status_code == 403
    assert ANSWERS["email"] not in str([stranger.session, outsider.session])


async def test_without_consent_nobody_is_stored_where_it_is_asked_for(each_stack: Stack, people_only: Cast) -> None:
    people_only.acme.widget = {"consent": {"enabled": True}}
    await db(people_only.acme.save)
    key = {"website_key": people_only.acme.website_key}
    for body in (key, key | {"consent": False}):
        answer = Rest(each_stack).post("widget/sessions/", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    stored = StoredVisitor.objects.for_system().filter(website=people_only.acme)
    assert await db(stored.count) == 0
    token = Rest(each_stack).post("widget/sessions/", key | {"consent": True}).json()["visitor_token"]
    assert Rest(each_stack).post("widget/sessions/", key | {"visitor_token": token}).status_code == 201
