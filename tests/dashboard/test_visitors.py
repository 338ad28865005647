"""Visitors, as the staff finds, blocks and joins them."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.dashboard.test_conversation_list import proved
from tests.servers.stack import Stack


def visitor_id(vera: Visitor) -> str:
    found: str = vera.session["visitor"]["id"]
    return found


@pytest.fixture
def known(stack: Stack, people_only: Cast) -> Visitor:
    """Vera, who has logged in on the website."""
    claims = proved(people_only, name="Vera Vermeer", email="vera@vermeer.test")
    page = {"url": "https://acme.test/tents", "title": "Tents", "referrer": ""}
    vera = visit(stack, people_only.acme, identity=claims, page=page)
    vera.open("Where is my order?")
    return vera


def test_a_visitor_is_found_by_name_with_page_and_chats(cleo: StaffMember, known: Visitor, people_only: Cast) -> None:
    visit(known.stack, people_only.acme).open("Somebody else")
    (found,) = cleo.rest.get("visitors/", q="verm").json()["results"]
    assert (found["id"], found["identified"]) == (visitor_id(known), True)
    assert (found["page_url"], found["external_id"]) == ("https://acme.test/tents", "customer-7")
    assert cleo.rest.get(f"visitors/{found['id']}/").json() == found
    chats = cleo.rest.get("conversations/", visitor=found["id"]).json()["results"]
    assert [one["id"] for one in chats] == [known.conversation_id]
    assert len(cleo.rest.get("visitors/", website=people_only.acme.pk).json()["results"]) == 2
    assert cleo.rest.get("visitors/", q="%").json()["results"] == []


async def test_who_is_blocked_is_cut_off_at_once_and_cannot_come_back_with_the_same_browser(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    path = f"visitors/{visitor_id(vera)}/"
    async with vera.socket() as chat:
        assert ben.rest.patch(path, {"is_blocked": True}).json()["is_blocked"] is True
        async with asyncio.timeout(5):  # a heartbeat would notice it in twenty seconds
            assert await chat.closed_with() == ("forbidden", 4003)
    body = {"client_id": str(uuid4()), "content": "Let me in"}
    assert vera.rest.post(vera.path("messages/"), body).status_code == 403
    again = {"website_key": people_only.acme.website_key, "visitor_token": vera.session["visitor_token"]}
    assert vera.rest.post("widget/sessions/", again).status_code == 403
    assert ben.rest.patch(path, {"is_blocked": False}).status_code == 200
    assert vera.rest.post(vera.path("messages/"), body).status_code == 201
    entries = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]
    assert [one["content"] for one in entries] == [
        "Ben blocked the visitor.",
        "Ben unblocked the visitor.",
        "Let me in",
    ]


async def test_two_visitors_become_one_with_all_their_chats(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    known = visit(vera.stack, people_only.acme, identity=proved(people_only, name="Vera Vermeer"))
    known.open("From my laptop")
    path = f"visitors/{visitor_id(known)}/merge/"
    async with ben.socket() as inbox:
        assert ben.rest.post(path, {"visitor": visitor_id(vera)}).json()["name"] == "Vera Vermeer"
        told = await inbox.expect("conversation_updated", conversation_id=vera.conversation_id)
    assert told["conversation"]["visitor"]["id"] == visitor_id(known)
    assert told["conversation"]["status"] == "resolved", "one is open already"
    chats = ben.rest.get("conversations/", visitor=visitor_id(known)).json()["results"]
    assert {one["id"] for one in chats} == {vera.conversation_id, known.conversation_id}
    assert ben.rest.get(f"visitors/{visitor_id(vera)}/").status_code == 404
    assert vera.rest.get(vera.path("entries/")).status_code == 401, "that browser saw nothing of the other's"


def test_two_proved_people_and_oneself_are_not_joined(cleo: StaffMember, known: Visitor, people_only: Cast) -> None:
    other = visit(known.stack, people_only.acme)
    path = f"visitors/{visitor_id(known)}/merge/"
    assert cleo.rest.post(path, {"visitor": visitor_id(known)}).status_code == 400
    assert cleo.rest.post(path, {"visitor": str(UUID(int=1))}).status_code == 404
    from_globex = visit(known.stack, people_only.globex)
    assert cleo.rest.post(path, {"visitor": visitor_id(from_globex)}).status_code == 404
    assert cleo.rest.post(path, {"visitor": visitor_id(other)}).status_code == 200


def test_mallory_neither_sees_nor_touches_acmes_visitors(stack: Stack, known: Visitor, people_only: Cast) -> None:
    mallory = log_in(stack, people_only.mallory)
    hers = visit(stack, people_only.globex)
    path = f"visitors/{visitor_id(known)}/"
    assert mallory.rest.get("visitors/", q="vermeer").json()["results"] == []
    assert mallory.rest.get("conversations/", visitor=visitor_id(known)).json()["results"] == []
    assert mallory.rest.get(path).status_code == 404
    assert mallory.rest.patch(path, {"is_blocked": True}).status_code == 404
    assert mallory.rest.post(f"{path}merge/", {"visitor": visitor_id(hers)}).status_code == 404
    assert mallory.rest.post(f"visitors/{visitor_id(hers)}/merge/", {"visitor": visitor_id(known)}).status_code == 404


async def test_the_page_a_visitor_goes_to_is_told_at_once_and_to_their_website_only(
    stack: Stack, known: Visitor, people_only: Cast
) -> None:
    cleo, mallory = log_in(stack, people_only.cleo), log_in(stack, people_only.mallory)
    async with cleo.socket() as inbox, mallory.socket() as hers, known.socket() as chat:
        again = {
            "website_key": people_only.acme.website_key,
            "visitor_token": known.session["visitor_token"],
            "page": {"url": "https://acme.test/lanterns", "title": "Lanterns", "referrer": ""},
        }
        assert known.rest.post("widget/sessions/", again).status_code == 201
        told = await inbox.expect("visitor_updated")
        assert (told["conversation_id"], told["visitor"]["page_url"]) == (
            known.conversation_id,
            "https://acme.test/lanterns",
        )
        await hers.round_trip()
        await chat.round_trip()
        assert hers.seen_of("visitor_updated") == chat.seen_of("visitor_updated") == []
