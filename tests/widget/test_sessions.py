"""Who a browser with the widget is: the visitor it was, with token or handle, or a new one; never somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.db.models import QuerySet
from django.utils import timezone

from accounts.widget_settings import WidgetSettings
from conversations.models import Visitor as StoredVisitor
from tests.cast import Cast
from tests.clients.people import Rest, Visitor, log_in, visit
from tests.servers.stack import Stack
from widget.models import VisitorToken


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return visit(stack, people_only.acme)


def test_a_new_visitor_gets_a_token_a_handle_and_what_the_widget_needs(stack: Stack, people_only: Cast) -> None:
    answer = open_session(stack, people_only)
    assert answer.status_code == 201
    session = answer.json()
    assert session["visitor_token"].startswith("v_")
    assert session["resume_handle"]
    assert session["conversation"] is None
    assert session["visitor"] == {"id": session["visitor"]["id"], "name": "", "email": "", "identified": False}
    assert session["widget"] == {
        "website_key": people_only.acme.website_key,
        "avatar_url": "",
        "name": "Acme",
        "assistant_name": "Acme Assistant",
        "ai_enabled": False,
        "brand_color": "#3454d1",
        "greeting": people_only.acme.greeting,
        "intro": people_only.acme.intro,
        "chips": [],
        "support_email": "",
        "language": "en",
        "available": False,
        "back_at": None,
        "mails": False,
        "widget": WidgetSettings().model_dump(mode="json"),
    }
    assert session["asks"] == []


def test_the_configuration_is_public_and_says_nothing_secret(stack: Stack, people_only: Cast) -> None:
    config = Rest(stack).get(f"widget/config/{people_only.acme.website_key}/")
    assert config.status_code == 200
    assert config.json() == open_session(stack, people_only).json()["widget"]
    assert people_only.acme.identity_secret not in config.text


def test_tokens_and_handles_are_hashed_at_rest(vera: Visitor) -> None:
    kept = {token.token_hash for token in tokens_of(vera)}
    assert len(kept) == 2
    assert not kept & {vera.session["visitor_token"], vera.session["resume_handle"]}


@pytest.mark.parametrize("key", ["none", "", "x" * 100, "demo'--"])
def test_an_unknown_website_key_is_not_found(stack: Stack, key: str) -> None:
    answer = Rest(stack).post("widget/sessions/", {"website_key": key})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    if key:
        assert Rest(stack).get(f"widget/config/{key}/").status_code == 404


def test_a_website_that_is_switched_off_is_not_found(stack: Stack, people_only: Cast) -> None:
    log_in(stack, people_only.ada).rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": False})
    assert open_session(stack, people_only).status_code == 404


def test_a_website_key_that_was_replaced_is_not_found(stack: Stack, people_only: Cast) -> None:
    ada = log_in(stack, people_only.ada)
    new = ada.rest.post(f"websites/{people_only.acme.pk}/rotate-key/").json()["website_key"]
    assert open_session(stack, people_only).status_code == 404
    assert Rest(stack).post("widget/sessions/", {"website_key": new}).status_code == 201


# --- coming back ---


def test_a_visitor_who_comes_back_with_their_token_is_the_same_with_their_conversation(
    stack: Stack, people_only: Cast, vera: Visitor
) -> None:
    opened = vera.open("Hello")
    again = open_session(stack, people_only, visitor_token=vera.session["visitor_token"]).json()
    assert again["visitor"] == vera.session["visitor"]
    assert again["visitor_token"] == vera.session["visitor_token"]
    assert again["conversation"]["id"] == opened["conversation"]["id"]
    assert again["conversation"]["rev"] == 1


def test_the_conversation_of_a_session_is_the_open_one_else_the_last(
    stack: Stack, people_only: Cast, vera: Visitor
) -> None:
    ben = log_in(stack, people_only.ben)
    token = vera.session["visitor_token"]
    first = vera.open("Hello")["conversation"]["id"]
    ben.rest.patch(f"conversations/{first}/", {"status": "resolved"})
    last = open_session(stack, people_only, visitor_token=token).json()["conversation"]
    assert (last["id"], last["status"]) == (first, "resolved")
    second = vera.open()["conversation"]["id"]
    assert open_session(stack, people_only, visitor_token=token).json()["conversation"]["id"] == second


@pytest.mark.parametrize("token", ["v_unknown", "v_", "nonsense", "", "r_x", "v_\ud83d"])
def test_an_unknown_token_makes_a_new_visitor_and_no_error(stack: Stack, people_only: Cast, token: str) -> None:
    answer = open_session(stack, people_only, visitor_token=token)
    if "\ud83d" in token:
        assert answer.status_code == 400
        return
    assert answer.status_code == 201
    assert answer.json()["visitor_token"] != token
    assert answer.json()["conversation"] is None


def test_a_handle_brings_an_anonymous_visitor_back_once(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    vera.open("Hello")
    handle = vera.session["resume_handle"]
    back = open_session(stack, people_only, resume_handle=handle).json()
    assert back["visitor"]["id"] == vera.session["visitor"]["id"]
    assert back["conversation"]["id"] == vera.conversation_id
    assert back["visitor_token"] != vera.session["visitor_token"], "a handle is not the token; a new one is given"
    assert back["resume_handle"] != handle
    once_more = open_session(stack, people_only, resume_handle=handle).json()
    assert once_more["visitor"]["id"] != vera.session["visitor"]["id"]
    assert once_more["conversation"] is None
    then = open_session(stack, people_only, resume_handle=back["resume_handle"]).json()
    assert then["visitor"]["id"] == vera.session["visitor"]["id"], "its successor works"


def test_every_session_brings_a_new_handle(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    token = vera.session["visitor_token"]
    handles = {open_session(stack, people_only, visitor_token=token).json()["resume_handle"] for _ in range(4)}
    assert len(handles | {vera.session["resume_handle"]}) == 5
    purposes = tokens_of(vera, purpose="resume")
    assert purposes.count() <= 2, "old ones do not pile up"


def test_a_token_comes_before_a_handle_and_leaves_it_unused(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    other = visit(stack, people_only.acme)
    both = {"visitor_token": vera.session["visitor_token"], "resume_handle": other.session["resume_handle"]}
    assert open_session(stack, people_only, **both).json()["visitor"]["id"] == vera.session["visitor"]["id"]
    handle = other.session["resume_handle"]
    back = open_session(stack, people_only, resume_handle=handle).json()
    assert back["visitor"]["id"] == other.session["visitor"]["id"]


def test_a_token_is_no_handle_and_a_handle_is_no_token(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    me = vera.session["visitor"]["id"]
    token, handle = vera.session["visitor_token"], vera.session["resume_handle"]
    assert open_session(stack, people_only, resume_handle=token).json()["visitor"]["id"] != me
    assert open_session(stack, people_only, visitor_token=handle).json()["visitor"]["id"] != me
    assert Rest(stack, handle).get("widget/conversations/").status_code == 401


def test_a_token_of_acme_is_nobody_at_globex(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    for name in ("visitor_token", "resume_handle"):
        body = {"website_key": people_only.globex.website_key, name: vera.session[name]}
        assert Rest(stack).post("widget/sessions/", body).json()["visitor"]["id"] != vera.session["visitor"]["id"]


def test_a_website_may_do_without_handles(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    handle = vera.session["resume_handle"]
    log_in(stack, people_only.ada).rest.patch(f"websites/{people_only.acme.pk}/", {"resume_handles": False})
    back = open_session(stack, people_only, resume_handle=handle).json()
    assert (back["visitor"]["id"] == vera.session["visitor"]["id"], back["resume_handle"]) == (False, None)
    kept = open_session(stack, people_only, visitor_token=vera.session["visitor_token"]).json()
    assert (kept["visitor"]["id"], kept["resume_handle"]) == (vera.session["visitor"]["id"], None)
    assert not tokens_of(vera, purpose="resume").exists()


def test_a_handle_lives_for_thirty_days_from_its_last_use(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    mine = tokens_of(vera, purpose="resume")
    mine.update(expires_at=timezone.now() + timedelta(minutes=1))
    back = open_session(stack, people_only, resume_handle=vera.session["resume_handle"]).json()
    left = mine.get().expires_at - timezone.now()
    assert timedelta(days=29, hours=23) < left < timedelta(days=30, minutes=1)
    mine.update(expires_at=timezone.now() - timedelta(seconds=1))
    late = open_session(stack, people_only, resume_handle=back["resume_handle"]).json()
    assert late["visitor"]["id"] != vera.session["visitor"]["id"]


# --- where it may be asked ---


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_origin_may_not_open_a_session(stack: Stack, people_only: Cast, origin: str) -> None:
    answer = open_session(stack, people_only, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_our_own_frame_and_programs_may(stack: Stack, people_only: Cast) -> None:
    for headers in ({}, {"Origin": stack.url}, {"Referer": "https://acme.test/shop"}):
        assert open_session(stack, people_only, headers=headers).status_code == 201


# --- what is remembered ---


def test_the_page_is_shown_to_the_staff(stack: Stack, people_only: Cast) -> None:
    page = {"url": "https://acme.test/tents", "title": "Tents", "referrer": "https://search.example/?q=tent"}
    vera = visit(stack, people_only.acme, page=page)
    vera.open()
    card = log_in(stack, people_only.ben).rest.get(f"conversations/{vera.conversation_id}/").json()["visitor"]
    assert (card["page_url"], card["page_title"], card["referrer"]) == (page["url"], page["title"], page["referrer"])
    assert "httpx" in card["user_agent"]
    assert (card["name"], card["email"]) == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"website_key": None},
        {"website_key": 5},
        {"visitor_token": 5},
        {"visitor_token": "x" * 256},
        {"page": "https://acme.test"},
        {"page": {"url": "x" * 2001}},
        {"page": {"url": "a\0b"}},
        {"page": {"title": "\ud83d"}},
        {"identity": {}},
        {"identity": {"user_id": "7"}},
        {"identity": {"hash": "0" * 64}},
        {"consent": "yes, please"},
        {"surprise": 1},
    ],
    ids=str,
)
def test_what_makes_no_sense_makes_no_visitor(stack: Stack, people_only: Cast, wrong: dict[str, Any]) -> None:
    answer = open_session(stack, people_only, **wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert StoredVisitor.objects.for_system().filter(website=people_only.acme).count() == 0


def open_session(stack: Stack, cast: Cast, headers: dict[str, str] | None = None, **more: Any) -> httpx2.Response:
    body = {"website_key": cast.acme.website_key, **more}
    return Rest(stack).post("widget/sessions/", body, headers=headers or {})


def tokens_of(visitor: Visitor, **more: str) -> QuerySet[VisitorToken]:
    return VisitorToken.objects.for_system().filter(visitor=visitor.session["visitor"]["id"], **more)
