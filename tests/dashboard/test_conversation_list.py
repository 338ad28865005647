"""The list of conversations: the latest on top, in pages, narrowed by filters; and what changed meanwhile."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Website
from conversations.models import Conversation
from tests.cast import Cast, new_website
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


@dataclass
class Desk:
    """Three visitors of Acme who wrote one after the other, and one of Globex."""

    ben: StaffMember
    visitors: list[Visitor]
    elsewhere: Visitor
    cast: Cast

    def ids(self, **query: Any) -> list[int]:
        """Which of the three (0, 1, 2) the list shows; -1 for anybody else."""
        answer = self.ben.rest.get("conversations/", **query)
        assert answer.status_code == 200, answer.text
        mine = [one.conversation_id for one in self.visitors]
        return [mine.index(one["id"]) if one["id"] in mine else -1 for one in answer.json()["results"]]

    def patch(self, number: int, **changes: Any) -> dict[str, Any]:
        answer = self.ben.rest.patch(f"conversations/{self.visitors[number].conversation_id}/", changes)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state


@pytest.fixture
def desk(stack: Stack, people_only: Cast) -> Desk:
    visitors = [visit(stack, people_only.acme) for _ in range(3)]
    elsewhere = visit(stack, people_only.globex)
    for number, one in enumerate([*visitors, elsewhere]):
        one.open(f"Question {number}")
    return Desk(log_in(stack, people_only.ben), visitors, elsewhere, people_only)


def test_the_latest_is_on_top_and_a_new_message_moves_its_conversation_there(desk: Desk) -> None:
    assert desk.ids() == [2, 1, 0]
    desk.visitors[0].rest.post(desk.visitors[0].path("messages/"), {"client_id": uuid4(), "content": "Me again"})
    assert desk.ids() == [0, 2, 1]
    desk.patch(1, labels=["vip"])
    assert desk.ids() == [0, 2, 1], "a change that is no message moves nothing"


def test_each_row_is_the_whole_state(desk: Desk) -> None:
    rows = desk.ben.rest.get("conversations/").json()["results"]
    for row in rows:
        assert row == desk.ben.rest.get(f"conversations/{row['id']}/").json()


def test_mallory_sees_her_own_only(desk: Desk) -> None:
    mallory = log_in(desk.ben.stack, desk.cast.mallory)
    assert [one["id"] for one in mallory.rest.get("conversations/").json()["results"]] == [
        desk.elsewhere.conversation_id
    ]
    assert mallory.rest.get("conversations/", website=desk.cast.acme.pk).json()["results"] == []


def test_pages_follow_each_other_without_gap_or_repetition_while_the_list_changes(desk: Desk) -> None:
    first = desk.ben.rest.get("conversations/", limit=2).json()
    visit(desk.ben.stack, desk.cast.acme).open("Somebody new, on top")
    second = desk.ben.rest.get(first["next"].partition("/api/v1/")[2]).json()
    shown = [one["id"] for page in (first, second) for one in page["results"]]
    assert shown == [one.conversation_id for one in desk.visitors[::-1]]
    assert (first["previous"], second["next"]) == (None, None)
    back = desk.ben.rest.get(second["previous"].partition("/api/v1/")[2]).json()
    assert [one["id"] for one in back["results"]] == [one["id"] for one in first["results"]]


@pytest.mark.parametrize(
    "cursor", ["x", "", "cj0x", "cD0yMDI2LTAxLTAx", "%00", "a\0b", "x" * 5000], ids=lambda cursor: ascii(cursor)[:20]
)
def test_a_cursor_that_somebody_made_up_is_not_found_or_the_beginning(desk: Desk, cursor: str) -> None:
    for query in ({}, {"updated_since": "2000-01-01T00:00:00Z"}):
        answer = desk.ben.rest.get("conversations/", cursor=cursor, **query)
        assert answer.status_code in (200, 404)


def test_a_page_is_never_larger_than_two_hundred(desk: Desk) -> None:
    for limit in ("100000", "0", "-1", "x", ""):
        assert desk.ben.rest.get("conversations/", limit=limit).status_code == 200


def test_filters_narrow_the_list_and_can_be_combined(desk: Desk) -> None:
    desk.patch(0, status="resolved", labels=["vip", "refund"])
    desk.patch(1, status="snoozed", assignee=desk.cast.ben.pk, labels=["vip"])
    Conversation.objects.for_system().filter(pk=desk.visitors[2].conversation_id).update(handled_by="ai")
    expected: list[tuple[dict[str, Any], list[int]]] = [
        ({"status": "open"}, [2]),
        ({"status": "snoozed"}, [1]),
        ({"status": "resolved"}, [0]),
        ({"assignee": "me"}, [1]),
        ({"assignee": "none"}, [2, 0]),
        ({"assignee": desk.cast.ben.pk}, [1]),
        ({"assignee": desk.cast.mallory.pk}, []),
        ({"label": "vip"}, [1, 0]),
        ({"label": "refund"}, [0]),
        ({"label": "vi"}, []),
        ({"handled_by": "ai"}, [2]),
        ({"handled_by": "human"}, [1, 0]),
        ({"label": "vip", "status": "resolved"}, [0]),
        ({"website": desk.cast.acme.pk}, [2, 1, 0]),
        ({"website": desk.cast.globex.pk}, []),
        ({"q": "question 1"}, [1]),
        ({"q": "QUESTION"}, [2, 1, 0]),
        ({"q": "%"}, []),
        ({"q": "nothing like it"}, []),
        ({"q": ""}, [2, 1, 0]),
    ]
    for query, found in expected:
        assert desk.ids(**query) == found, query


def test_a_search_finds_the_visitors_name_and_address(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme, identity=proved(people_only, name="Vera Vermeer", email="vera@vermeer.test"))
    vera.open()
    ben = log_in(stack, people_only.ben)
    for words in ("vermeer", "VERA V", "vera@"):
        assert len(ben.rest.get("conversations/", q=words).json()["results"]) == 1, words


@pytest.mark.parametrize(
    "query",
    [
        {"status": "closed"},
        {"handled_by": "nobody"},
        {"website": "x"},
        {"website": "-1"},
        {"website": "9" * 30},
        {"assignee": "you"},
        {"updated_since": "yesterday"},
        {"updated_since": "2026-01-01T00:00:00"},
        {"updated_since": "2026-13-01T00:00:00Z"},
        {"q": "x" * 201},
        {"q": "a\0b"},
        {"label": "\0"},
    ],
    ids=ascii,
)
def test_a_filter_that_makes_no_sense_is_invalid(stack: Stack, cast: Cast, query: dict[str, str]) -> None:
    answer = log_in(stack, cast.ben).rest.get("conversations/", **query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


# --- what changed since ---


def test_updated_since_gives_every_change_the_oldest_first(desk: Desk) -> None:
    moment = datetime.now(UTC).isoformat()
    assert desk.ids(updated_since=moment) == []
    desk.patch(2, labels=["vip"])
    read(desk, 0)
    assert desk.ids(updated_since=moment) == [2, 0]
    desk.visitors[1].rest.post(desk.visitors[1].path("messages/"), {"client_id": uuid4(), "content": "Me, too"})
    note(desk, 2)
    assert desk.ids(updated_since=moment) == [0, 1, 2]


def test_updated_since_takes_any_time_zone(desk: Desk) -> None:
    for moment, found in (
        ("2000-01-01T00:00:00Z", 3),
        ("2000-01-01T00:00:00+02:00", 3),
        ("2100-01-01T00:00:00-05:00", 0),
    ):
        assert len(desk.ids(updated_since=moment)) == found


def test_updated_since_comes_in_pages_too(desk: Desk) -> None:
    first = desk.ben.rest.get("conversations/", updated_since="2000-01-01T00:00:00Z", limit=2).json()
    second = desk.ben.rest.get(first["next"].partition("/api/v1/")[2]).json()
    assert [len(page["results"]) for page in (first, second)] == [2, 1]


def test_a_new_website_of_ones_organisation_is_in_the_list_at_once(desk: Desk) -> None:
    blog = new_website("Blog", ai_enabled=False)
    blog.organisation = desk.cast.acme.organisation
    blog.save()
    visit(desk.ben.stack, blog).open("From the blog")
    assert desk.ids() == [-1, 2, 1, 0]


def read(desk: Desk, number: int) -> None:
    path = f"conversations/{desk.visitors[number].conversation_id}/read/"
    assert desk.ben.rest.post(path, {"rev": 1}).status_code == 200


def note(desk: Desk, number: int) -> None:
    path = f"conversations/{desk.visitors[number].conversation_id}/messages/"
    assert desk.ben.rest.post(path, {"client_id": uuid4(), "content": "a note", "note": True}).status_code == 201


def proved(cast: Cast, **claims: str) -> dict[str, str]:
    digest = hmac.new(cast.acme.identity_secret.encode(), b"customer-7", hashlib.sha256).hexdigest()
    return {"user_id": "customer-7", "hash": digest, **claims}


def test_the_lists_of_several_websites_are_merged_page_by_page(stack: Stack, people_only: Cast) -> None:
    acme = people_only.acme
    others = [Website.objects.create(organisation=acme.organisation, name=name, ai_enabled=False) for name in "BC"]
    written = []
    for website in [acme, *others, *others, acme, others[0]]:
        vera = visit(stack, website)
        vera.open("Hello")
        written.append(vera.conversation_id)
    visit(stack, people_only.globex).open("Not for Ada")
    ada = log_in(stack, people_only.ada)
    shown: list[str] = []
    page = ada.rest.get("conversations/", limit=3).json()
    while True:
        shown += [one["id"] for one in page["results"]]
        if page["next"] is None:
            break
        page = ada.rest.get(page["next"].partition("/api/v1/")[2]).json()
    assert shown == written[::-1]
    back = ada.rest.get(page["previous"].partition("/api/v1/")[2]).json()
    assert [one["id"] for one in back["results"]] == shown[3:6]
