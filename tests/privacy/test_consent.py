"""Where a website asks for consent nothing is stored before it, whoever comes and however; taken back, it ends."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from accounts.models import Website
from conversations.models import Conversation, Visitor
from tests.cast import Cast
from tests.clients.people import Rest, log_in, visit
from tests.privacy.searching import in_postgres
from tests.servers.stack import Stack


@pytest.fixture
def acme(people_only: Cast) -> Website:
    people_only.acme.widget = {"consent": {"enabled": True}}
    people_only.acme.save()
    return people_only.acme


def proof(website: Website, user_id: str, **more: Any) -> dict[str, Any]:
    digest = hmac.new(website.identity_secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
    return {"user_id": user_id, "hash": digest, **more}


def ask(stack: Stack, website: Website, **more: Any) -> Any:
    return Rest(stack).post("widget/sessions/", {"website_key": website.website_key, **more})


def theirs(website: Website) -> list[Visitor]:
    return list(Visitor.objects.for_system().filter(website=website))


@pytest.mark.parametrize("consent", [None, False])
def test_without_it_nothing_is_stored_not_even_of_who_proves_who_they_are(
    stack: Stack, acme: Website, consent: bool | None
) -> None:
    given = {} if consent is None else {"consent": consent}
    page = {"url": "https://acme.test/canary-of-no-consent", "title": "x"}
    for more in ({}, {"identity": proof(acme, "u-1", name="Vera of no consent")}, {"attributes": {"a": 1}}):
        answer = ask(stack, acme, page=page, **given, **more)
        assert answer.status_code == 403
        assert "consent is missing" in answer.text
    assert theirs(acme) == []
    assert in_postgres("canary-of-no-consent") == in_postgres("Vera of no consent") == []


def test_it_is_given_once_and_remembered_with_when(stack: Stack, acme: Website) -> None:
    session = ask(stack, acme, consent=True).json()
    (visitor,) = theirs(acme)
    assert visitor.consented_at is not None
    again = ask(stack, acme, visitor_token=session["visitor_token"])
    assert again.status_code == 201
    visitor.refresh_from_db()
    assert ask(stack, acme).status_code == 403  # another browser


def test_who_agreed_as_somebody_is_not_asked_again_in_another_browser(stack: Stack, acme: Website) -> None:
    assert ask(stack, acme, consent=True, identity=proof(acme, "u-2")).status_code == 201
    assert ask(stack, acme, identity=proof(acme, "u-2")).status_code == 201
    assert ask(stack, acme, identity=proof(acme, "u-3")).status_code == 403
    assert ask(stack, acme, identity=proof(acme, "u-2"), consent=False).status_code == 403


async def test_taken_back_it_ends_the_chat_and_takes_away_what_was_noted(
    stack: Stack, people_only: Cast, acme: Website
) -> None:
    page = {"url": "https://acme.test/page", "title": "Page", "referrer": "https://search.test/"}
    vera = visit(stack, acme, consent=True, page=page, attributes={"plan": "gold"})
    vera.open("What I said")
    async with vera.socket() as chat:
        assert vera.rest.post("widget/consent/", {"given": False}).status_code == 204
        assert await chat.closed_with() == ("forbidden", 4003)
    assert vera.rest.get("widget/conversations/").status_code == 401
    again = {"visitor_token": vera.session["visitor_token"], "resume_handle": vera.session["resume_handle"]}
    assert ask(stack, acme, **again).status_code == 403
    seen = log_in(stack, people_only.ben).rest.get(f"visitors/{vera.session['visitor']['id']}/").json()
    assert [seen[name] for name in ("page_url", "page_title", "referrer", "user_agent")] == ["", "", "", ""]
    assert seen["attributes"] == {}
    found = log_in(stack, people_only.ben).rest.get(f"conversations/{vera.conversation_id}/entries/").json()
    assert [one["content"] for one in found["entries"]] == ["What I said"]


def test_who_has_said_nothing_is_erased_altogether(stack: Stack, acme: Website) -> None:
    vera = visit(stack, acme, consent=True)
    vera.open()
    assert vera.rest.post("widget/consent/", {"given": False}).status_code == 204
    assert theirs(acme) == []
    assert not Conversation.objects.for_system().filter(website=acme).exists()


def test_here_it_can_only_be_taken_back(stack: Stack, acme: Website) -> None:
    vera = visit(stack, acme, consent=True)
    for body in ({"given": True}, {}, {"given": "no"}):
        assert vera.rest.post("widget/consent/", body).status_code == 400
    assert vera.rest.get("widget/conversations/").status_code == 200


def test_mallory_takes_back_nobodys_consent(stack: Stack, people_only: Cast, acme: Website) -> None:
    vera = visit(stack, acme, consent=True)
    other = visit(stack, people_only.globex)
    other.rest.post("widget/consent/", {"given": False})
    assert log_in(stack, people_only.mallory).rest.post("widget/consent/", {"given": False}).status_code == 403
    assert vera.rest.get("widget/conversations/").status_code == 200
