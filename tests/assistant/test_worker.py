"""Answers by a real worker, as Vera's widget and Ben's inbox see them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from accounts.models import Membership, Website
from assistant.stalled import sweep_stalled
from conversations.actions.takeovers import COMING, NOBODY_HERE
from tests.assistant.queue import all_jobs_done, queue
from tests.cast import new_person
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.servers.stack import Stack

LONG = "Which sleeping bag for autumn in the Alps?"  # its answer takes about a second to write


@pytest.fixture
def vera(stack: Stack, shop: Website) -> Visitor:
    visitor = visit(stack, shop)
    visitor.open()
    return visitor


@pytest.fixture
def ben(stack: Stack, shop: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", shop, Membership.Role.AGENT))


async def answer(socket: Socket, conversation_id: str) -> dict[str, Any]:
    """The AI's next message in this conversation."""
    while True:
        frame = await socket.expect("new_message", conversation_id=conversation_id)
        message: dict[str, Any] = frame["message"]
        if message["role"] == "assistant" and not message["is_manual"]:
            return message


async def test_an_answer_streams_to_the_visitor_and_to_the_dashboard(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("I forgot my password")
        for socket in (chat, inbox):
            assert (await socket.expect("typing", is_typing=True))["from"] == "assistant"
            chunk = await socket.expect("chunk", index=0)
            message = await answer(socket, vera.conversation_id)
            assert message["id"] == chunk["message_id"]
            assert message["content"].startswith(chunk["content"].strip())
            assert message["sources"] == [
                {"title": "Your account and password", "url": "https://acme.test/account-and-password"}
            ]
        assert chat.seen_of("chunk")[-1]["content"] == inbox.seen_of("chunk")[-1]["content"]


async def test_a_streamed_answer_only_grows(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.say(LONG)
        message = await answer(chat, vera.conversation_id)
        texts = [chunk["content"] for chunk in chat.seen_of("chunk")]
        assert len(texts) > 3
        assert all(
            later.startswith(earlier) for earlier, later in zip(texts, [*texts[1:], message["content"]], strict=True)
        )


async def test_when_ben_writes_mid_sentence_the_ai_is_silent(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say(LONG)
        await inbox.expect("chunk", conversation_id=vera.conversation_id)
        await inbox.say("Hello, Ben here!", conversation_id=vera.conversation_id)
        cancelled = await chat.expect("reply_cancelled", reason="takeover")
        await chat.say(LONG)
        await all_jobs_done(vera)
        for socket in (chat, inbox):
            await socket.round_trip()
            after = socket.seen[place_of(socket, "Hello, Ben here!") :]
            assert [frame for frame in after if frame["type"] == "chunk"] == []
            messages = [frame["message"] for frame in after if frame["type"] == "new_message"]
            assert all(message["is_manual"] or message["role"] == "user" for message in messages)
            cancellation = socket.seen.index(socket.seen_of("reply_cancelled")[0])
            later = [frame for frame in socket.seen[cancellation:] if frame["type"] == "chunk"]
            assert [frame for frame in later if frame["message_id"] == cancelled["message_id"]] == []


async def test_vera_stops_an_answer(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.say(LONG)
        first = await chat.expect("chunk")
        await chat.send("stop_reply")
        cancelled = await chat.expect("reply_cancelled", reason="stopped")
        assert cancelled["message_id"] == first["message_id"]
        await chat.say("I forgot my password")
        message = await answer(chat, vera.conversation_id)
        assert message["id"] != first["message_id"]


async def test_three_messages_in_a_second_get_one_answer(vera: Visitor) -> None:
    async with vera.socket() as chat:
        for text in ("Hi", "I have a question", "I forgot my password"):
            await chat.say(text)
        message = await answer(chat, vera.conversation_id)
        assert "Forgotten your password?" in message["content"]
        await all_jobs_done(vera)
        await chat.round_trip()
        said = [frame["message"]["role"] for frame in chat.seen_of("new_message")]
        assert said == ["user", "user", "user", "assistant"]


@pytest.mark.slow
async def test_a_burst_with_pauses_is_begun_once_and_who_goes_on_meanwhile_supersedes_at_once(vera: Visitor) -> None:
    async with vera.socket() as chat:
        for text in ("Hi", "I have a question", LONG):
            await chat.say(text)
            await asyncio.sleep(0.3)
        first = await chat.expect("chunk")
        assert {chunk["message_id"] for chunk in chat.seen_of("chunk")} == {first["message_id"]}
        assert chat.seen_of("reply_cancelled") == []
        await chat.say("I forgot my password")
        said_at = time.monotonic()
        cancelled = await chat.expect("reply_cancelled")
        print(f"superseded {(time.monotonic() - said_at) * 1000:.0f} ms after the message was acknowledged")
        assert (cancelled["message_id"], cancelled["reason"]) == (first["message_id"], "superseded")
        assert time.monotonic() - said_at < 0.5, "it must not wait for the next answer to begin"
        await answer(chat, vera.conversation_id)
        await all_jobs_done(vera)
        await chat.round_trip()
    said = [frame["message"]["role"] for frame in chat.seen_of("new_message")]
    assert said == ["user"] * 4 + ["assistant"]


async def test_a_wish_for_a_person_is_done_and_said_by_the_system(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        await chat.say("I want to talk to a person")
        while True:
            message = (await chat.expect("new_message"))["message"]
            if message["role"] == "system":
                break
        assert message["content"] in {COMING, NOBODY_HERE}
    state = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert state["handled_by"] == "human"


async def test_the_job_of_a_killed_worker_is_done_by_the_next(stack: Stack, vera: Visitor) -> None:
    assert stack.worker is not None
    async with vera.socket() as chat:
        await chat.say(LONG)
        first = await chat.expect("chunk")
        stack.worker.kill()
        try:
            async with queue() as jobs:
                assert await sweep_stalled(jobs, seconds_without_heartbeat=0) >= 1
        finally:
            stack.worker.start()
        cancelled = await chat.expect("reply_cancelled", reason="superseded")
        assert cancelled["message_id"] == first["message_id"]
        message = await answer(chat, vera.conversation_id)
        assert message["id"] != first["message_id"]
        await chat.round_trip()
        assert [frame["message"]["role"] for frame in chat.seen_of("new_message")] == ["user", "assistant"]


async def test_a_job_that_kills_every_worker_is_given_up(stack: Stack) -> None:
    async with queue() as jobs:
        job_id = await jobs.configure_task("no.such.task", queue="graveyard").defer_async()
        await jobs.connector.execute_query_async(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = 5 WHERE id = %(id)s", id=job_id
        )
        await sweep_stalled(jobs, seconds_without_heartbeat=0)
        assert (await jobs.job_manager.get_job_status_async(job_id)).value == "failed"


def place_of(socket: Socket, content: str) -> int:
    contents = [frame.get("message", {}).get("content") for frame in socket.seen]
    return contents.index(content)
