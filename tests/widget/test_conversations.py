"""A visitor's conversation over REST: the way round when no socket is to be had."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


async def test_a_message_over_rest_is_told_like_any_other(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "By another way"})
        assert answer.status_code == 201
        posted = answer.json()
        for socket in (chat, inbox):
            heard = await socket.expect("new_message")
            assert (heard["message"], heard["rev"], heard["prev"]) == (posted["message"], posted["rev"], 0)


async def test_what_is_sent_by_both_ways_is_there_once(vera: Visitor, ben: StaffMember) -> None:
    """The socket broke before the answer came, so the client tried again by REST."""
    client_id = str(uuid4())
    body = {"client_id": client_id, "content": "Once"}
    async with vera.socket() as chat:
        first = vera.rest.post(vera.path("messages/"), body)
        await chat.send("chat_message", **body)
        assert (await chat.expect("new_message"))["message"] == first.json()["message"]
        second = vera.rest.post(vera.path("messages/"), body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(vera.rest.get(vera.path("entries/")).json()["entries"]) == 1


async def test_ten_resends_at_once_are_one_message(vera: Visitor) -> None:
    body = {"client_id": str(uuid4()), "content": "Once"}
    answers = await asyncio.gather(
        *[asyncio.to_thread(vera.rest.post, vera.path("messages/"), body) for _ in range(10)]
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.text for answer in answers}) == 1


def test_the_list_shows_ones_own_conversations_the_latest_first_page_by_page(stack: Stack, people_only: Cast) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    stranger = visit(stack, people_only.acme)
    stranger.open("Not yours")
    ids = []
    for number in range(5):
        ids.append(vera.open(f"Conversation {number}")["conversation"]["id"])
        ben.rest.patch(f"conversations/{ids[-1]}/", {"status": "resolved"})
    seen, pages, path = [], 0, "widget/conversations/?limit=2"
    while path:
        page = vera.rest.get(path).json()
        assert len(page["results"]) <= 2
        seen += [one["id"] for one in page["results"]]
        pages += 1
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert (seen, pages) == (ids[::-1], 3)


def test_without_conversations_the_list_is_empty(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    assert vera.rest.get("widget/conversations/").json() == {"results": [], "next": None, "previous": None}


def test_a_first_message_is_whole_or_absent(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    wrong = [
        {"content": "x"},
        {"client_id": str(uuid4())},
        {"client_id": "x", "content": "x"},
        {"client_id": str(uuid4()), "content": ""},
    ]
    for body in wrong:
        answer = vera.rest.post("widget/conversations/", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    too_long = {"client_id": str(uuid4()), "content": "x" * 10_001}
    assert vera.rest.post("widget/conversations/", too_long).json()["error"]["code"] == "too_long"
    assert vera.rest.get("widget/conversations/").json()["results"] == [], "nothing is half-opened"


def test_the_state_of_a_new_conversation_is_the_visitors_form(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    opened = vera.open("Hello")
    assert opened["conversation"] == {
        "id": vera.conversation_id,
        "rev": 1,
        "status": "open",
        "handled_by": "human",
        "agent": None,
        "staff_delivered_rev": 0,
        "staff_read_rev": 0,
        "visitor_read_rev": 0,
        "unread_count": 0,
        "rating": None,
        "asks_email": False,
    }
    assert (opened["message"]["seq"], opened["message"]["content"]) == (1, "Hello")


def test_a_conversation_begins_with_the_ai_where_there_is_one(stack: Stack, cast: Cast) -> None:
    assert visit(stack, cast.acme).open()["conversation"]["handled_by"] == "ai"
