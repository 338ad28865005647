"""Redis goes and comes back, the server restarts: nobody stays deaf, nothing stored is lost, refusals are clear."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from foundation.supervisor.process import Process
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.own_redis import own_redis
from tests.servers.stack import BOTH_SERVERS, Server, start_stack


class Ground:
    """A server with a Redis of its own, which a test may take away."""

    def __init__(self, server: Server, redis: tuple[str, Process]) -> None:
        url, self.redis = redis
        environment = {"REDIS_URL": url, "HEARTBEAT_SECONDS": "0.5"}
        self.stack = start_stack(environment, server=server, worker=False, name=f"outage-{server}")


@pytest.fixture(scope="module", params=BOTH_SERVERS)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    with own_redis() as redis:
        started = Ground(request.param, redis)
        yield started
        started.stack.stop()


@pytest.fixture
def vera(ground: Ground, people_only: Cast) -> Visitor:
    visitor = visit(ground.stack, people_only.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(ground: Ground, people_only: Cast) -> StaffMember:
    return log_in(ground.stack, people_only.ben)


async def test_after_redis_was_away_every_socket_is_told_to_resume_and_hears_again(
    ground: Ground, vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, vera.socket() as other_tab, ben.socket() as inbox:
        await chat.say("before")
        await inbox.expect("new_message", rev=1)
        ground.redis.kill()
        said = await chat.say("while it was away")
        assert said["rev"] == 2, "stored and acknowledged without Redis"
        bring_back(ground)
        for socket in (chat, other_tab, inbox):
            await socket.expect("resync")
        await other_tab.send("resume", after=1)
        await inbox.send("resume", after=1, conversation_id=vera.conversation_id)
        for socket in (other_tab, inbox):
            entries = (await socket.expect("resumed"))["entries"]
            assert [entry["content"] for entry in entries] == ["while it was away"]
        await chat.say("after")
        for socket in (other_tab, inbox):
            assert (await socket.expect("new_message", rev=3))["message"]["content"] == "after"


async def test_presence_comes_back_with_redis(ground: Ground, vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        await inbox.round_trip()
        ground.redis.kill()
        bring_back(ground)
        await inbox.expect("resync")
        await inbox.expect("heartbeat")
        await inbox.expect("heartbeat")
        async with vera.socket() as chat:
            assert (await chat.expect("presence"))["available"] is True


async def test_without_redis_new_sockets_are_asked_to_come_back_and_everything_else_goes_on(
    ground: Ground, vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    tokens = [person.rest.connection_token() for person in (vera, ben)]
    ground.redis.kill()
    try:
        for person in (vera, ben):
            answer = person.rest.post("auth/ws-connection-token/")
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        refused = [vera.socket(greeted=False, token=tokens[0]), ben.socket(greeted=False, token=tokens[1])]
        for attempt in refused:
            async with attempt as socket:
                assert await socket.closed_with() == ("restarting", 4012)
        posted = vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "by another way"})
        assert (posted.status_code, posted.json()["rev"]) == (201, 1)
        assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["preview"] == "by another way"
        assert vera.rest.get(vera.path("entries/")).status_code == 200
        assert vera.rest.post(vera.path("typing/"), {"is_typing": True}).status_code == 204
        assert visit(vera.stack, people_only.acme).session["widget"]["available"] is False
    finally:
        bring_back(ground)


@pytest.mark.slow
async def test_a_restart_tells_clients_to_come_back_and_loses_nothing(ground: Ground, vera: Visitor) -> None:
    async with vera.socket() as chat:
        said = await chat.say("before the restart")
        stopping = asyncio.create_task(asyncio.to_thread(ground.stack.web.stop))
        if ground.stack.web.spec.name.endswith("uvicorn-web"):
            assert await chat.closed_with() == ("restarting", 4012)
        await stopping
    ground.stack.web.start()
    ground.stack.web.wait_until_ready()
    async with vera.socket() as chat:
        await chat.send("resume", after=0)
        assert (await chat.expect("resumed"))["entries"] == [said["message"]]


def bring_back(ground: Ground) -> None:
    """Not in a thread: what a thread has started ends with it."""
    ground.redis.start()
    ground.redis.wait_until_ready()
