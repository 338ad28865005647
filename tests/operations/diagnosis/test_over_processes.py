"""Two web processes: Vera is on one, the staff on both, and each counts all of them."""

from __future__ import annotations

import asyncio
import time

from conversations import presence
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in, visit
from tests.servers.stack import Stack

PATIENCE = 20  # seconds


async def counted(member: StaffMember) -> int:
    answer = await asyncio.to_thread(member.rest.get, "diagnostics/")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["websites"][0]["subscribers"])


async def test_who_subscribes_on_one_process_is_counted_on_the_other(
    stack: Stack, daphne_stack: Stack, people_only: Cast, core: None
) -> None:
    acme = people_only.acme
    vera = visit(stack, acme)
    vera.open()
    here, there = log_in(stack, people_only.ada), log_in(daphne_stack, people_only.ada)
    ben, cleo = log_in(daphne_stack, people_only.ben), log_in(stack, people_only.cleo)
    async with vera.socket() as chat, ben.socket() as on_the_other:
        said = await chat.say("Does anybody hear me?")
        assert (await on_the_other.expect("new_message"))["rev"] == said["rev"]
        assert (await counted(here), await counted(there)) == (1, 1)
        async with cleo.socket():
            assert (await counted(here), await counted(there)) == (2, 2)
    await nobody_is_left(acme.pk)
    assert await counted(here) == 0


async def nobody_is_left(website_id: int) -> None:
    """Looks where the figures come from: asking for the page so often would be limited."""
    deadline = time.monotonic() + PATIENCE
    while any((await presence.counts([website_id])).values()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
