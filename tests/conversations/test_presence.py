"""Who is there: visitors learn whether anybody is, staff learn who, and where they look and type."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.clients.sockets import DashboardSocket
from tests.servers.stack import Stack


async def test_a_visitor_learns_at_once_whether_anybody_is_there(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        assert await chat.expect("presence") == {"type": "presence", "available": False}
    async with ben.socket(), vera.socket() as chat:
        assert await chat.expect("presence") == {"type": "presence", "available": True}


async def test_a_visitor_is_told_when_the_first_comes_and_the_last_goes(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with vera.socket() as chat:
        await chat.expect("presence", available=False)
        async with ben.socket() as inbox:
            await chat.expect("presence", available=True)
            async with cleo.socket():
                await both_are_on(inbox, people_only)
            await only_ben_is_on(inbox, people_only)
        await chat.expect("presence", available=False)


async def test_a_visitor_never_learns_who_it_is(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket():
        frame = await chat.expect("presence", available=True)
        assert set(frame) <= {"type", "available", "reply_time"}


async def test_staff_see_who_is_on_and_what_they_view_and_where_they_type(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with ben.socket() as inbox, cleo.socket() as cleos:
        await both_are_on(cleos, people_only)
        await inbox.send("view", conversation_id=vera.conversation_id)
        assert await card(cleos, people_only.ben.pk, viewing=[vera.conversation_id])
        await inbox.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        assert await card(cleos, people_only.ben.pk, typing=[vera.conversation_id])
        await inbox.send("view", conversation_id=None)
        assert await card(cleos, people_only.ben.pk, viewing=[], typing=[])


async def test_a_person_with_two_devices_is_one_colleague_until_both_are_gone(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with cleo.socket() as cleos:
        async with ben.socket() as laptop:
            async with ben.socket() as phone:
                await phone.send("view", conversation_id=vera.conversation_id)
                frame = await card(cleos, people_only.ben.pk, viewing=[vera.conversation_id])
                assert [one["id"] for one in frame["staff"]].count(people_only.ben.pk) == 1
            await card(cleos, people_only.ben.pk, viewing=[])
            await laptop.round_trip()
        await cleos.expect("presence", staff=[colleague(people_only.cleo.pk, "Cleo")])


@pytest.mark.slow
async def test_typing_ends_by_itself_when_a_browser_says_nothing_more(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with ben.socket() as inbox, cleo.socket() as cleos:
        await inbox.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        await card(cleos, people_only.ben.pk, typing=[vera.conversation_id])
        began = time.monotonic()
        await card(cleos, people_only.ben.pk, typing=[])
        assert time.monotonic() - began > 4, "it lasts as long as the other side shows it"


@pytest.mark.slow
async def test_whoever_vanishes_with_their_server_is_not_there_for_long(
    new_stack: Callable[..., Stack], people_only: Cast
) -> None:
    """Nobody says goodbye for them: their presence runs out, and the heartbeats of others notice."""
    paces = {"HEARTBEAT_SECONDS": "0.5"}
    dying = new_stack(env=paces, worker=False, name="presence-dying")
    living = new_stack(env=paces, worker=False, name="presence-living")
    vera = visit(living, people_only.acme)
    vera.open()
    ben, cleo = log_in(dying, people_only.ben), log_in(living, people_only.cleo)
    async with vera.socket() as chat, ben.socket():
        await chat.expect("presence", available=True)
        async with cleo.socket() as cleos:
            await both_are_on(cleos, people_only)
            dying.web.kill()
            await cleos.expect("presence", staff=[colleague(people_only.cleo.pk, "Cleo")])
        await chat.expect("presence", available=False)


@pytest.mark.slow
async def test_the_last_who_vanishes_with_their_server_is_missed_by_visitors(
    new_stack: Callable[..., Stack], people_only: Cast
) -> None:
    paces = {"HEARTBEAT_SECONDS": "0.5"}
    dying = new_stack(env=paces, worker=False, name="presence-dying")
    living = new_stack(env=paces, worker=False, name="presence-living")
    vera = visit(living, people_only.acme)
    vera.open()
    async with vera.socket() as chat, log_in(dying, people_only.ben).socket():
        await chat.expect("presence", available=True)
        dying.web.kill()
        await chat.expect("presence", available=False)


@pytest.mark.slow
async def test_while_ben_is_sent_from_one_server_to_another_nobody_is_told_that_he_left(
    new_stack: Callable[..., Stack], people_only: Cast
) -> None:
    """As in a rolling restart. Should he not come back, his presence runs out as after a crash."""
    ending = new_stack(worker=False, name="presence-ending")
    staying = new_stack(worker=False, name="presence-staying")
    vera = visit(staying, people_only.acme)
    vera.open()
    cleo = log_in(staying, people_only.cleo)
    async with log_in(ending, people_only.ben).socket() as inbox, vera.socket() as chat:
        await inbox.send("view", conversation_id=vera.conversation_id)
        await inbox.round_trip()
        stopping = asyncio.create_task(asyncio.to_thread(ending.web.stop))
        assert await inbox.closed_with() == ("restarting", 4012)
        await stopping
        async with cleo.socket() as cleos:
            await both_are_on(cleos, people_only)
        async with log_in(staying, people_only.ben).socket():
            await chat.round_trip()
    assert {frame["available"] for frame in chat.seen_of("presence")} == {True}


async def test_the_widgets_configuration_says_whether_anybody_is_there(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    config = f"widget/config/{people_only.acme.website_key}/"
    assert Rest(vera.stack).get(config).json()["available"] is False
    async with ben.socket():
        assert Rest(vera.stack).get(config).json()["available"] is True


async def test_mallory_is_nobody_at_acme(
    vera: Visitor, ben: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    async with mallory.socket() as globex, vera.socket() as chat:
        await chat.expect("presence", available=False)
        await globex.send("view", conversation_id=vera.conversation_id)
        assert (await globex.expect("rejected"))["code"] == "not_found"
        async with ben.socket() as inbox:
            await only_ben_is_on(inbox, people_only)
        await globex.expect("presence")
        assert {frame["website_id"] for frame in globex.seen_of("presence")} == {people_only.globex.pk}


async def both_are_on(inbox: DashboardSocket, people_only: Cast) -> None:
    await inbox.expect("presence", staff=[colleague(people_only.ben.pk, "Ben"), colleague(people_only.cleo.pk, "Cleo")])


async def only_ben_is_on(inbox: DashboardSocket, people_only: Cast) -> None:
    await inbox.expect("presence", staff=[colleague(people_only.ben.pk, "Ben")])


def colleague(user_id: int, name: str) -> dict[str, Any]:
    return {"id": user_id, "name": name, "avatar_url": None, "viewing": [], "typing": []}


async def card(inbox: DashboardSocket, user_id: int, **values: Any) -> dict[str, Any]:
    """The presence frame in which this person's card has these values."""
    while True:
        frame = await inbox.expect("presence")
        for one in frame["staff"]:
            if one["id"] == user_id and values.items() <= one.items():
                return frame
