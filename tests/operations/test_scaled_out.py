"""Two web processes and two workers behind the Caddy of production, all real: Vera is on one, Ben on the other.

In short: two web processes in test_two_redis_hosts.py and in test_participants.py, two that store at once in
test_post_batches.py, a worker that takes over in tests/assistant/test_worker.py, Caddy in tests/compose/test_caddy.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar
from uuid import uuid4

import pytest

from accounts.models import User, Website
from tests.assistant.knowledge import website_that_knows
from tests.cast import Role, new_person
from tests.clients.people import log_in
from tests.clients.sockets import PATIENCE, DashboardSocket, Frame, Socket
from tests.operations.scaled_out import Installation, log_of, started
from tests.servers.caddy import CADDY, NO_CADDY
from tests.servers.stack import Stack

T = TypeVar("T")
LONG = "Which sleeping bag for autumn in the Alps?"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CADDY is None, reason=NO_CADDY)]


@pytest.fixture(scope="module")
def installation(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The shared stack's worker rests: what is asked here is answered by one of the two."""
    assert stack.worker is not None
    stack.worker.stop()
    try:
        with ExitStack() as processes:
            yield started(processes, tmp_path_factory.mktemp("scaled"))
    finally:
        stack.worker.restart()


@dataclass
class Pair:
    """Vera on one web process and Ben on the other, and the tokens by which they ask over HTTP."""

    chat: Socket
    inbox: DashboardSocket
    conversation_id: str
    veras: str
    bens: str
    ben: User


@asynccontextmanager
async def apart(installation: Installation, website: Website, ben: User) -> AsyncIterator[Pair]:
    veras = installation.post("widget/sessions/", {"website_key": website.website_key})["visitor_token"]
    bens = log_in(installation.stack, ben).rest.token
    conversation_id = installation.post("widget/conversations/", {}, veras)["conversation"]["id"]
    base = f"wss://localhost:{installation.port}/ws"
    token = installation.socket_token
    async with Socket(
        f"{base}/chat/{conversation_id}/", token=token(veras), ssl=installation.trust, greeted=True
    ) as chat:
        for _ in range(40):  # the name leads to either, by chance
            url = f"{base}/dashboard/"
            inbox = DashboardSocket(url, token=token(bens), ssl=installation.trust, greeted=True)
            await inbox.__aenter__()
            try:
                if installation.place_of(inbox) != installation.place_of(chat):
                    yield Pair(chat, inbox, conversation_id, veras, bens, ben)
                    return
            finally:
                await inbox.__aexit__(None, None, None)
        pytest.fail("both were always on the same web process")


async def entry(socket: Socket, content: str) -> Frame:
    while True:
        frame = await socket.expect("new_message")
        if frame["message"]["content"] == content:
            return frame


@pytest.fixture(scope="module")
def shop() -> Website:
    return website_that_knows("acme")


@pytest.fixture
def ben(shop: Website) -> User:
    return new_person("Ben", shop, Role.AGENT)


async def test_what_is_said_and_done_on_one_web_process_is_seen_on_the_other(
    installation: Installation, shop: Website, ben: User
) -> None:
    async with apart(installation, shop, ben) as pair:
        chat, inbox, where = pair.chat, pair.inbox, {"conversation_id": pair.conversation_id}
        await inbox.send("take_over", **where)
        await chat.expect("conversation_updated")

        asked = await chat.say("Are you there?")
        assert (await entry(inbox, "Are you there?"))["rev"] == asked["rev"]
        replied = await inbox.say("I am, on the other server", **where)
        assert (await entry(chat, "I am, on the other server"))["rev"] == replied["rev"]

        await chat.send("typing", is_typing=True)
        assert (await inbox.expect("typing", is_typing=True))["from"] == "visitor"
        await inbox.send("typing", is_typing=True, **where)
        assert (await chat.expect("typing", is_typing=True))["from"] == "agent"

        await chat.send("read", rev=replied["rev"])
        await inbox.until(lambda: marks(inbox, "visitor") >= replied["rev"])
        more = await chat.say("Good")  # who writes has read what stands above, so only what comes later is unread
        await inbox.send("read", rev=more["rev"], **where)
        await chat.until(lambda: marks(chat, "staff") >= more["rev"])

        installation.call("PATCH", f"conversations/{pair.conversation_id}/", {"assignee": ben.pk}, pair.bens)
        while (await inbox.expect("conversation_updated"))["conversation"]["assignee"] is None:
            pass
        await chat.until(lambda: agents(chat)[-1:] == ["Ben"])


def marks(socket: Socket, reader: str) -> int:
    return max((one["read_rev"] for one in socket.seen_of("read") if one["reader"] == reader), default=0)


def agents(socket: Socket) -> list[str]:
    states = [one["conversation"] for one in socket.seen_of("conversation_updated")]
    return [state["agent"]["name"] for state in states if state["agent"]]


async def test_who_is_on_at_one_web_process_is_available_at_the_other(
    installation: Installation, shop: Website, ben: User
) -> None:
    async with apart(installation, shop, ben) as pair:
        await pair.chat.until(lambda: presence(pair.chat)[-1:] == [True])
        await pair.inbox.__aexit__(None, None, None)
        await pair.chat.until(lambda: presence(pair.chat)[-1:] == [False])


def presence(socket: Socket) -> list[bool]:
    return [one["available"] for one in socket.seen_of("presence")]


async def test_an_answer_of_either_worker_streams_to_both_web_processes(
    installation: Installation, shop: Website, ben: User
) -> None:
    async with apart(installation, shop, ben) as pair:
        await pair.chat.say("I forgot my password")
        for socket in (pair.chat, pair.inbox):
            chunk = await socket.expect("chunk", conversation_id=pair.conversation_id)
            while True:
                message = (await socket.expect("new_message", conversation_id=pair.conversation_id))["message"]
                if message["role"] == "assistant":
                    break
            assert message["id"] == chunk["message_id"]


async def test_when_the_worker_that_writes_an_answer_dies_the_other_writes_it(
    installation: Installation, shop: Website, ben: User
) -> None:
    """Who has been up for longer mostly writes, but not always: until it was the one that is killed, Vera asks anew."""
    for number in range(10):
        dying = installation.workers[number % 2]
        async with apart(installation, shop, ben) as pair:
            await pair.chat.say(LONG)
            first = (await pair.chat.expect("chunk"))["message_id"]
            dying.kill()
            try:
                if "reply_cancelled" not in await what_became_of(pair.chat, first):
                    continue
                answers = [await answer_after(socket, first) for socket in (pair.chat, pair.inbox)]
                assert answers[0] == answers[1] != first
                assert pair.chat.seen_of("reply_cancelled")[-1]["reason"] == "superseded"
                return
            finally:
                dying.restart()
    pytest.fail("it was never the one that was killed")


async def what_became_of(socket: Socket, reply: str) -> set[str]:
    """The frames that ended it: `reply_cancelled`, or `new_message`. A dead worker is noticed after half a minute."""
    return await heard(socket, lambda: {one["type"] for one in socket.seen if ends(one, reply)})


async def answer_after(socket: Socket, reply: str) -> str:
    """The answer that was written in place of a cancelled one."""

    def found() -> str:
        cancelled = next(n for n, one in enumerate(socket.seen) if ends(one, reply))
        later = [one["message"] for one in socket.seen[cancelled:] if one["type"] == "new_message"]
        return next((str(one["id"]) for one in later if one["role"] == "assistant"), "")

    await heard(socket, lambda: any(ends(one, reply) for one in socket.seen))
    return await heard(socket, found)


def ends(frame: Frame, reply: str) -> bool:
    match frame["type"]:
        case "new_message":
            return bool(frame["message"]["id"] == reply)
        case "reply_cancelled":
            return bool(frame["message_id"] == reply)
    return False


async def heard(socket: Socket, found: Callable[[], T]) -> T:
    """What is found when it is there, within a minute and a half; with a sign of life meanwhile."""
    deadline = monotonic() + 3 * PATIENCE
    while not (value := found()):
        assert monotonic() < deadline, [one["type"] for one in socket.seen]
        await socket.round_trip()
        await asyncio.sleep(0.2)
    return value


def test_each_message_is_stored_once_whichever_web_process_takes_it(installation: Installation, shop: Website) -> None:
    """The same resend over both, as a browser does after a broken link."""
    vera = installation.post("widget/sessions/", {"website_key": shop.website_key})["visitor_token"]
    conversation = installation.post("widget/conversations/", {}, vera)["conversation"]["id"]
    body = {"client_id": str(uuid4()), "content": "Once"}
    path = f"widget/conversations/{conversation}/messages/"
    before, found = [log_of(web).count("messages/") for web in installation.webs], set[str]()
    for _ in range(60):  # Caddy chooses by chance
        found.add(installation.post(path, body, vera)["message"]["id"])
        if all(log_of(web).count("messages/") > known for web, known in zip(installation.webs, before, strict=True)):
            break
    else:
        pytest.fail("Caddy has asked one only")
    assert len(found) == 1
