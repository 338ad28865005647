"""What is told leaves a line in the log, and reaches whoever can be reached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from foundation.embedded.redis import EmbeddedRedis
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import PATIENCE
from tests.servers.folders import new_folder
from tests.servers.stack import Stack


async def test_a_broadcast_is_one_line_with_conversation_audience_participants_and_result(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("the text is nobody's business")
        await inbox.expect("new_message", rev=1)
        await inbox.say("a private thought", conversation_id=vera.conversation_id, note=True)
        found = [line for line in await lines_about(vera, 2) if "[WS_SEND] told" in line]
    assert ["audience=everyone" in line for line in found] == [True, False]
    assert ["audience=staff" in line for line in found] == [False, True]
    assert ["participants=2" in found[0], "participants=1" in found[1]] == [True, True]
    assert ["result=told" in line for line in found] == [True, True]
    log = logged(vera.stack)
    assert "nobody's business" not in log
    assert "private thought" not in log


@pytest.mark.slow
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
async def test_without_redis_those_in_the_same_process_are_told_all_the_same(
    server: str, new_stack: Callable[..., Stack], people_only: Cast
) -> None:
    with new_folder() as folder:
        settings = EmbeddedRedis(folder / "redis", free_port(), folder / "redis.log", durable=False)
        settings.prepare()
        with Process(settings.process()) as redis:
            redis.wait_until_ready()
            stack = new_stack(env={"REDIS_URL": settings.url()}, server=server, worker=False, name="broadcasts")
            vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
            mallory = log_in(stack, people_only.mallory)
            vera.open()
            async with vera.socket() as chat, ben.socket() as inbox, mallory.socket() as elsewhere:
                redis.kill()
                await chat.say("Does anybody hear me?")
                heard = await inbox.expect("new_message", rev=1)
                await elsewhere.round_trip()
                assert heard["message"]["content"] == "Does anybody hear me?"
                assert elsewhere.seen_of("new_message") == []
                assert "result='this process only'" in "".join(await lines_about(vera, 1))
            stack.stop()


async def lines_about(vera: Visitor, count: int) -> list[str]:
    """The server's log about Vera's conversation, once it has so many lines of broadcasts."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [line for line in logged(vera.stack).splitlines() if vera.conversation_id in line]
            if len([line for line in found if "[WS_SEND] told" in line]) >= count:
                return found
            await asyncio.sleep(0.05)


def logged(stack: Stack) -> str:
    return stack.web.spec.log.read_text()
