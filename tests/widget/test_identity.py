"""A website can prove who its visitor is, by hash or by JWT; nobody else can."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import httpx2
import jwt
import pytest

from accounts.models import Website
from conversations.models import Visitor as Stored
from tests.cast import Cast
from tests.clients.people import Rest, log_in, visit
from tests.servers.stack import Stack
from widget.models import VisitorToken

Claim = dict[str, Any]


@pytest.fixture(params=["hash", "jwt"])
def prove(request: pytest.FixtureRequest) -> Any:
    """`prove(website, user_id, name=…)`: the claim that the website's server would make."""
    return by_hash if request.param == "hash" else by_jwt


def test_a_proved_visitor_is_known_by_name_and_address(stack: Stack, people_only: Cast, prove: Any) -> None:
    session = identify(
        stack, people_only, prove(people_only.acme, "customer-7", name="Vera", email="vera@example.test")
    )
    found = session.json()["visitor"]
    assert (found["name"], found["email"], found["identified"]) == ("Vera", "vera@example.test", True)


def test_the_same_person_on_another_device_is_the_same_visitor_with_their_conversation(
    stack: Stack, people_only: Cast, prove: Any
) -> None:
    claim = prove(people_only.acme, "customer-7")
    laptop = visit(stack, people_only.acme, identity=claim)
    laptop.open("Hello")
    phone = identify(stack, people_only, claim).json()
    assert phone["visitor"]["id"] == laptop.session["visitor"]["id"]
    assert phone["conversation"]["id"] == laptop.conversation_id
    assert phone["visitor_token"] != laptop.session["visitor_token"]


def test_an_anonymous_visitor_who_logs_in_keeps_their_conversation(stack: Stack, people_only: Cast, prove: Any) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    token = vera.session["visitor_token"]
    session = identify(stack, people_only, prove(people_only.acme, "customer-7"), visitor_token=token).json()
    assert session["visitor"]["id"] == vera.session["visitor"]["id"]
    assert session["conversation"]["id"] == vera.conversation_id
    assert session["visitor_token"] == token


def test_somebody_elses_log_in_on_the_same_browser_is_somebody_else(
    stack: Stack, people_only: Cast, prove: Any
) -> None:
    vera = visit(stack, people_only.acme, identity=prove(people_only.acme, "customer-7"))
    vera.open("Hello")
    token = vera.session["visitor_token"]
    other = identify(stack, people_only, prove(people_only.acme, "customer-8"), visitor_token=token).json()
    assert other["visitor"]["id"] != vera.session["visitor"]["id"]
    assert (other["conversation"], other["visitor_token"] == token) == (None, False)


def test_an_identified_visitor_gets_no_handle_and_none_of_before_brings_them_back(
    stack: Stack, people_only: Cast, prove: Any
) -> None:
    vera = visit(stack, people_only.acme)
    handle, token = vera.session["resume_handle"], vera.session["visitor_token"]
    known = identify(stack, people_only, prove(people_only.acme, "customer-7"), visitor_token=token).json()
    assert (known["visitor"]["id"], known["resume_handle"]) == (vera.session["visitor"]["id"], None)
    body = {"website_key": people_only.acme.website_key, "resume_handle": handle}
    assert Rest(stack).post("widget/sessions/", body).json()["visitor"]["id"] != vera.session["visitor"]["id"]
    assert (
        VisitorToken.objects.for_system().filter(visitor=vera.session["visitor"]["id"], purpose="resume").count() == 0
    )


def test_the_same_id_on_another_website_is_another_person(stack: Stack, people_only: Cast, prove: Any) -> None:
    here = visit(stack, people_only.acme, identity=prove(people_only.acme, "customer-7"))
    there = visit(stack, people_only.globex, identity=prove(people_only.globex, "customer-7"))
    assert here.session["visitor"]["id"] != there.session["visitor"]["id"]


def test_a_proof_made_with_another_websites_secret_is_false(stack: Stack, people_only: Cast, prove: Any) -> None:
    refused(identify(stack, people_only, prove(people_only.globex, "customer-7")))


@pytest.mark.parametrize("digest", ["0" * 64, "", "é", "x" * 255])
def test_a_false_hash_is_refused(stack: Stack, people_only: Cast, digest: str) -> None:
    answer = identify(stack, people_only, {"user_id": "customer-7", "hash": digest})
    if digest:
        refused(answer)
    else:
        assert answer.status_code == 400


def test_a_hash_is_for_its_own_id_only(stack: Stack, people_only: Cast) -> None:
    refused(identify(stack, people_only, by_hash(people_only.acme, "customer-7") | {"user_id": "customer-8"}))


def test_a_hash_may_be_in_capitals(stack: Stack, people_only: Cast) -> None:
    claim = by_hash(people_only.acme, "customer-7")
    assert identify(stack, people_only, claim | {"hash": claim["hash"].upper()}).status_code == 201


@pytest.mark.parametrize(
    ("claims", "algorithm"),
    [
        ({"exp": 1}, "HS256"),
        ({"exp": None}, "HS256"),
        ({"user_id": None}, "HS256"),
        ({"user_id": ""}, "HS256"),
        ({"user_id": "x" * 256}, "HS256"),
        ({"user_id": "a\0b"}, "HS256"),
        ({"user_id": ["customer-7"]}, "HS256"),
        ({"nbf": 2**40}, "HS256"),
        ({}, "HS512"),
        ({}, "none"),
    ],
    ids=str,
)
def test_a_false_jwt_is_refused(stack: Stack, people_only: Cast, claims: Claim, algorithm: str) -> None:
    given = {"user_id": "customer-7", "exp": int(time.time()) + 60} | claims
    given = {name: value for name, value in given.items() if value is not None}
    secret = "" if algorithm == "none" else people_only.acme.identity_secret
    refused(identify(stack, people_only, {"jwt": jwt.encode(given, secret, algorithm=algorithm)}))


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "", "é" * 10])
def test_what_is_no_jwt_is_refused(stack: Stack, people_only: Cast, token: str) -> None:
    refused(identify(stack, people_only, {"jwt": token}))


def test_a_number_as_user_id_is_the_same_person_as_its_text(stack: Stack, people_only: Cast) -> None:
    as_number = identify(stack, people_only, by_jwt(people_only.acme, 7)).json()
    as_text = identify(stack, people_only, by_hash(people_only.acme, "7")).json()
    assert as_number["visitor"]["id"] == as_text["visitor"]["id"]


@pytest.mark.parametrize(
    "attributes",
    [{"plan": "a\0b"}, {"a\0": 1}, {"plan": "x" * 10_000}, ["pro"], "pro", {"a": {"b": ["\ud83d"]}}],
    ids=ascii,
)
def test_attributes_that_cannot_be_kept_are_refused(stack: Stack, people_only: Cast, attributes: Any) -> None:
    answer = identify(stack, people_only, by_hash(people_only.acme, "customer-7", attributes=attributes))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    if "\ud83d" not in str(attributes) and len(str(attributes)) < 1000:
        refused(identify(stack, people_only, by_jwt(people_only.acme, "customer-7", attributes=attributes)))


def test_attributes_are_kept_and_added_to(stack: Stack, people_only: Cast, prove: Any) -> None:
    identify(stack, people_only, prove(people_only.acme, "customer-7", attributes={"plan": "pro", "seats": 3}))
    session = identify(stack, people_only, prove(people_only.acme, "customer-7", attributes={"seats": 4})).json()
    assert kept(session) == {"plan": "pro", "seats": 4}


def test_a_refused_proof_leaves_the_visitor_as_they_were(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    token, handle = vera.session["visitor_token"], vera.session["resume_handle"]
    false = {"user_id": "customer-7", "hash": "0" * 64}
    refused(identify(stack, people_only, false, resume_handle=handle))
    refused(identify(stack, people_only, false, visitor_token=token))
    body = {"website_key": people_only.acme.website_key, "resume_handle": handle}
    back = Rest(stack).post("widget/sessions/", body).json()
    assert (back["visitor"]["id"], back["visitor"]["identified"]) == (vera.session["visitor"]["id"], False)


def test_the_staff_sees_who_was_proved(stack: Stack, people_only: Cast, prove: Any) -> None:
    vera = visit(stack, people_only.acme, identity=prove(people_only.acme, "customer-7", name="Vera"))
    vera.open()
    card = log_in(stack, people_only.ben).rest.get(f"conversations/{vera.conversation_id}/").json()["visitor"]
    assert card["name"] == "Vera"


def by_hash(website: Website, user_id: Any, **more: Any) -> Claim:
    digest = hmac.new(website.identity_secret.encode(), str(user_id).encode(), hashlib.sha256).hexdigest()
    return {"user_id": user_id, "hash": digest, **more}


def by_jwt(website: Website, user_id: Any, **more: Any) -> Claim:
    claims = {"user_id": user_id, "exp": int(time.time()) + 60, **more}
    return {"jwt": jwt.encode(claims, website.identity_secret, algorithm="HS256")}


def identify(stack: Stack, cast: Cast, claim: Claim, **more: Any) -> httpx2.Response:
    return Rest(stack).post("widget/sessions/", {"website_key": cast.acme.website_key, "identity": claim, **more})


def refused(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), answer.text


def kept(session: dict[str, Any]) -> Any:
    return Stored.objects.for_system().get(pk=session["visitor"]["id"]).attributes
