"""Two real web processes on one Redis: whoever sends through both gets the pace of one, and others feel nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.clients.sockets import Socket
from tests.servers.stack import Stack, start_stack

PACE, BURST = 5, 10
SECONDS = 8

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Stack, Stack]]:
    few = {"LIMIT_VISITOR_MESSAGES_PER_SECOND": str(PACE), "LIMIT_VISITOR_BURST": str(BURST)}
    with start_stack(few, worker=False, name="one") as one, start_stack(few, worker=False, name="other") as other:
        yield one, other


async def keep_sending(socket: Socket, until: float) -> None:
    """As fast as answers come, some forty a second; pauses only so that the machine is left to others."""
    while time.monotonic() < until:
        await socket.say_soon("again")
        await asyncio.sleep(0.025)


async def test_who_sends_through_two_web_processes_gets_the_pace_of_one(
    pair: tuple[Stack, Stack], people_only: Cast
) -> None:
    one, other = pair
    vera, victor = visit(one, people_only.acme), visit(other, people_only.acme)
    vera.open()
    victor.open()
    vera_elsewhere = Visitor(other, vera.rest, vera.session, vera.conversation_id)
    async with vera.socket() as here, vera_elsewhere.socket() as there, victor.socket() as victors:

        async def stored() -> int:
            await here.round_trip()
            return len({frame["message"]["id"] for frame in here.seen_of("new_message")})

        sending = [keep_sending(socket, time.monotonic() + SECONDS + 4) for socket in (here, there)]
        task = asyncio.gather(*sending)
        await asyncio.sleep(3)  # the bursts are over
        before, began = await stored(), time.monotonic()
        await asyncio.sleep(SECONDS)
        count, took = await stored() - before, time.monotonic() - began
        await victors.say("I have done nothing")
        await task
        await there.round_trip()
        assert 0.8 * PACE * took <= count <= 1.2 * PACE * took
        assert here.seen_of("rejected")
        assert there.seen_of("rejected")
