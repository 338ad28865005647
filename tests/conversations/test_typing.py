"""Typing is seen by the other side while it lasts, and is never stored."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


@pytest.mark.parametrize("is_typing", [True, False])
async def test_staff_see_the_visitor_type(vera: Visitor, ben: StaffMember, is_typing: bool) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.send("typing", is_typing=is_typing)
        assert await inbox.expect("typing") == {
            "type": "typing",
            "conversation_id": vera.conversation_id,
            "from": "visitor",
            "is_typing": is_typing,
            "expires_in": 6.0,
        }


async def test_the_visitor_sees_who_of_the_staff_types(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with vera.socket() as chat, ben.socket() as inbox, cleo.socket() as cleos:
        await inbox.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        seen = await chat.expect("typing", **{"from": "agent"})
        assert seen["author"] == {"id": str(people_only.ben.public_id), "name": "Ben", "avatar_url": None}
        assert (seen["is_typing"], seen["expires_in"]) == (True, 6.0)
        assert (await cleos.expect("typing"))["author"]["id"] == people_only.ben.pk


async def test_nobody_is_told_that_they_type_themselves(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, vera.socket() as other_tab, ben.socket() as inbox, ben.socket() as phone:
        await inbox.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        await chat.send("typing", is_typing=True)
        await phone.expect("typing", **{"from": "agent"})
        await phone.expect("typing", **{"from": "visitor"})
        await inbox.expect("typing", **{"from": "visitor"})
        await other_tab.expect("typing")
        assert [frame["from"] for frame in inbox.seen_of("typing")] == ["visitor"]
        assert [frame["from"] for frame in other_tab.seen_of("typing")] == ["agent"]


async def test_typing_over_rest_is_seen_the_same_way(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        assert vera.rest.post(vera.path("typing/"), {"is_typing": True}).status_code == 204
        assert (await inbox.expect("typing"))["from"] == "visitor"
        path = f"conversations/{vera.conversation_id}/typing/"
        assert ben.rest.post(path, {"is_typing": True}).status_code == 204
        assert (await chat.expect("typing"))["from"] == "agent"


async def test_what_a_visitor_has_not_sent_is_shown_to_nobody(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.send("typing", is_typing=True, draft="I am not sure whether")
        assert "draft" not in await inbox.expect("typing")


async def test_a_website_may_show_drafts_to_its_staff_and_to_nobody_else(ben: StaffMember, people_only: Cast) -> None:
    ada = log_in(ben.stack, people_only.ada)
    ada.rest.patch(f"websites/{people_only.acme.pk}/", {"visitor_drafts": True})
    vera = visit(ben.stack, people_only.acme)
    vera.open()
    async with vera.socket() as chat, vera.socket() as other_tab, ben.socket() as inbox:
        await chat.send("typing", is_typing=True, draft="I am not sure whether")
        assert (await inbox.expect("typing"))["draft"] == "I am not sure whether"
        await chat.say("I am sure")
        await other_tab.expect("new_message")
        assert other_tab.seen_of("typing") == []


async def test_typing_takes_nothing_over_and_leaves_no_trace(each_stack: Stack, cast: Cast) -> None:
    vera, ben = visit(each_stack, cast.acme), log_in(each_stack, cast.ben)
    vera.open()
    before = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert before["handled_by"] == "ai"
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        await chat.expect("typing")
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json() == before


async def test_mallory_neither_sees_nor_sends_typing_at_acme(
    vera: Visitor, ben: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    assert mallory.rest.post(f"conversations/{vera.conversation_id}/typing/", {"is_typing": True}).status_code == 404
    other = visit(vera.stack, people_only.globex)
    other.open()
    async with vera.socket() as chat, ben.socket() as inbox, mallory.socket() as globex, other.socket() as globex_chat:
        await globex.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        assert (await globex.expect("rejected"))["code"] == "not_found"
        await chat.send("typing", is_typing=True)
        await inbox.expect("typing")
        await globex_chat.send("typing", is_typing=True)
        assert (await globex.expect("typing"))["conversation_id"] == other.conversation_id
        assert len(globex.seen_of("typing")) == 1
        assert chat.seen_of("typing") == []
