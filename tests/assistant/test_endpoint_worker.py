"""Answers that a real worker asks an endpoint for: what Vera's widget and Ben's inbox see, also when it fails."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID, uuid4

import pytest

from accounts.models import Membership, Website
from assistant.budgets import today
from assistant.models import AssistantSettings, Reply
from assistant.replying.answering import USED_UP
from assistant.stalled import sweep_stalled
from conversations.actions.takeovers import COMING, NOBODY_HERE
from conversations.models import Entry
from foundation.db import db
from foundation.supervisor.ports import free_port
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import ANSWER, Call, MisbehavingServer
from tests.assistant.queue import all_jobs_done, queue
from tests.cast import new_person
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.servers.stack import Stack

AT_ONCE = 50
PASSWORD = "I forgot my password"
REFUSED = {"down", "401", "busy", "500"}


class Scene:
    """A website with an endpoint of its own, that behaves as the test says."""

    def __init__(self, stack: Stack, server: MisbehavingServer) -> None:
        self.stack, self.server, self.key = stack, server, f"sk-{uuid4().hex}"
        self.website: Website = website_with_passwords()

    def behave(self, mode: str, base_url: str = "", **limits: int) -> None:
        chosen = AssistantSettings(
            website=self.website, provider="own", base_url=base_url or self.server.url, model=mode, **limits
        )
        chosen.set_key(self.key)
        chosen.save()

    def vera(self) -> Visitor:
        visitor = visit(self.stack, self.website)
        visitor.open()
        return visitor

    def ben(self) -> StaffMember:
        return log_in(self.stack, new_person("Ben", self.website, Membership.Role.AGENT))

    @property
    def calls(self) -> list[Call]:
        return self.server.calls_of(self.key)

    def reply(self) -> Reply:
        return Reply.objects.for_website(self.website.pk).latest("began_at")


@pytest.fixture
def scene(stack: Stack, misbehaving: MisbehavingServer) -> Scene:
    return Scene(stack, misbehaving)


async def until_said(socket: Socket, role: str) -> str:
    """What the first message of this role that comes says."""
    while True:
        message = (await socket.expect("new_message"))["message"]
        if message["role"] == role:
            content: str = message["content"]
            return content


async def test_an_answer_streams_and_its_cost_is_recorded(scene: Scene) -> None:
    await db(scene.behave, "well")
    async with (await db(scene.vera)).socket() as chat:
        await chat.say(PASSWORD)
        await chat.expect("chunk", index=0)
        assert await until_said(chat, "assistant") == ANSWER
    await db(all_ended, scene)
    record = await db(scene.reply)
    assert (record.provider, record.model, record.state, record.outcome) == (
        *("openai-compatible", "well"),
        *("stored", "answer"),
    )
    assert (record.input_tokens, record.output_tokens) == (321, 12)
    assert record.first_chunk_ms is not None
    assert record.ended_ms is not None
    assert record.passages


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("down", "cannot be reached"),
        ("401", "refused its key (HTTP 401)"),
        ("busy", "is too busy, or its quota is used up (HTTP 429)"),
        ("500", "refused the request (HTTP 500)"),
        ("slow", "was silent for 5 s"),
        ("stalls", "was silent for 5 s"),
        ("cut", "broke off in the middle of its answer"),
        ("garbage", "sent something that cannot be read"),
        ("empty", "answer was empty"),
        ("huge", "wrote more than 10000 characters"),
    ],
)
async def test_when_the_endpoint_fails_people_take_over_and_only_they_see_why(
    scene: Scene, mode: str, why: str
) -> None:
    await db(scene.behave, mode, f"http://127.0.0.1:{free_port()}/v1" if mode == "down" else "")
    vera = await db(scene.vera)
    async with vera.socket() as chat:
        await chat.say(PASSWORD)
        assert await until_said(chat, "system") == NOBODY_HERE
        await all_jobs_done(vera)
        await chat.say("Is anybody there?")
        await chat.round_trip()
        assert "endpoint" not in str(chat.seen)
        assert [frame for frame in chat.seen if frame["type"] == "error"] == []
    record = await db(scene.reply)
    assert record.state == "failed"
    assert why in record.failure
    (told,) = await db(activities, vera)
    assert why in told
    assert scene.key not in told
    asked = len(scene.calls)
    await all_jobs_done(vera)
    assert len(scene.calls) == asked <= 3
    spent = await db(today, scene.website.pk)
    assert (spent.replies, spent.reserved_tokens) == (1, 0)
    assert spent.tokens == (record.input_tokens or 0) + (record.output_tokens or 0), "charged once"
    assert (spent.tokens == 0) is (mode in REFUSED), "what was refused before it began costs nothing"


@pytest.mark.slow
async def test_when_somebody_is_there_the_visitor_is_told_that_they_come(scene: Scene) -> None:
    await db(scene.behave, "401")
    vera, ben = await db(scene.vera), await db(scene.ben)
    async with ben.socket() as inbox, vera.socket() as chat:
        await chat.say(PASSWORD)
        assert await until_said(chat, "system") == COMING
        changed = await inbox.expect("conversation_updated", conversation_id=vera.conversation_id)
        assert "refused its key" in changed["activity"]["content"]


async def test_a_message_of_the_staff_closes_the_request_within_a_tenth_of_a_second(scene: Scene) -> None:
    await db(scene.behave, "endless")
    vera, ben = await db(scene.vera), await db(scene.ben)
    async with ben.socket() as inbox, vera.socket() as chat:
        await chat.say(PASSWORD)
        await chat.expect("chunk")
        await inbox.say("Hello, Ben here!", conversation_id=vera.conversation_id)
        acknowledged_at = time.monotonic()
        (call,) = scene.calls
        assert await asyncio.to_thread(call.gone.wait, 5)
        assert call.gone_at is not None
        print(f"closed {(call.gone_at - acknowledged_at) * 1000:.0f} ms after the staff message was acknowledged")
        assert call.gone_at - acknowledged_at < 0.1
        await all_jobs_done(vera)
        assert len(scene.calls) == 1


async def test_a_stop_closes_the_request(scene: Scene) -> None:
    await db(scene.behave, "endless")
    async with (await db(scene.vera)).socket() as chat:
        await chat.say(PASSWORD)
        await chat.expect("chunk")
        await chat.send("stop_reply")
        (call,) = scene.calls
        assert await asyncio.to_thread(call.gone.wait, 2)


@pytest.mark.slow
async def test_a_worker_killed_in_the_middle_of_an_answer_is_superseded_by_the_next(scene: Scene) -> None:
    assert scene.stack.worker is not None
    await db(scene.behave, "steadily")
    vera = await db(scene.vera)
    async with vera.socket() as chat:
        await chat.say(PASSWORD)
        first = await chat.expect("chunk")
        scene.stack.worker.kill()
        try:
            (call,) = scene.calls
            assert await asyncio.to_thread(call.gone.wait, 2)
            async with queue() as jobs:
                assert await sweep_stalled(jobs, seconds_without_heartbeat=0) >= 1
        finally:
            scene.stack.worker.start()
        cancelled = await chat.expect("reply_cancelled", reason="superseded")
        assert cancelled["message_id"] == first["message_id"]
        await until_said(chat, "assistant")
        await all_jobs_done(vera)
        await chat.round_trip()
        assert [frame["message"]["role"] for frame in chat.seen_of("new_message")] == ["user", "assistant"]
    assert len(scene.calls) == 2
    await db(all_ended, scene)
    killed, answered = await db(list, Reply.objects.for_website(scene.website.pk).order_by("began_at"))
    assert (killed.state, answered.state) == ("superseded", "stored")
    assert str(killed.pk) == first["message_id"]
    spent = await db(today, scene.website.pk)
    assert (spent.replies, spent.reserved_tokens) == (2, 0)
    assert spent.tokens == sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in (killed, answered))


@pytest.mark.slow
async def test_with_its_budget_used_up_a_website_is_human_only_and_its_endpoint_is_not_asked(scene: Scene) -> None:
    await db(scene.behave, "well", daily_tokens=100)
    ben, everybody = await db(scene.ben), [await db(scene.vera) for _ in range(3)]
    async with ben.socket() as inbox:
        for vera in everybody:
            async with vera.socket() as chat:
                await chat.say(PASSWORD)
                assert await until_said(chat, "system") == COMING
                await all_jobs_done(vera)
                await chat.round_trip()
                assert chat.seen_of("chunk") == chat.seen_of("error") == chat.seen_of("rejected") == []
                assert "budget" not in str(chat.seen)
        await inbox.round_trip()
        notes = [frame["message"] for frame in inbox.seen_of("new_message") if frame["message"]["kind"] == "note"]
        assert ["100 tokens" in note["content"] for note in notes] == [True]
        changes = [frame["activity"]["content"] for frame in inbox.seen_of("conversation_updated")]
        assert changes == [f"Handed over to people: {USED_UP}."] * 3
    assert scene.calls == []
    assert (await db(today, scene.website.pk)).is_used_up


@pytest.mark.slow
async def test_fifty_answers_stream_at_once_in_one_worker(scene: Scene) -> None:
    await db(scene.behave, "steadily")
    everybody = await asyncio.gather(*[asyncio.to_thread(scene.vera) for _ in range(AT_ONCE)])
    sockets = [vera.socket() for vera in everybody]

    async def one(socket: Socket) -> tuple[float, float, int]:
        async with socket as chat:
            asked = time.monotonic()
            await chat.say(PASSWORD)
            await chat.expect("chunk")
            first = time.monotonic() - asked
            await until_said(chat, "assistant")
            return first, time.monotonic() - asked, len(chat.seen_of("chunk"))

    took = await asyncio.gather(*map(one, sockets))
    firsts, ends, chunks = (sorted(column) for column in zip(*took, strict=True))
    print(
        f"{AT_ONCE} at once: first chunk after {firsts[25]:.2f} s (p50), {firsts[-1]:.2f} s (last);"
        f" end after {ends[25]:.2f} s (p50), {ends[-1]:.2f} s (last); {chunks[0]} to {chunks[-1]} chunks each"
    )
    assert most_at_once(scene.calls) == AT_ONCE
    assert chunks[0] > 10


def most_at_once(calls: list[Call]) -> int:
    """How many requests were open at the same moment."""
    moments = [(call.began_at, 1) for call in calls] + [(call.ended_at, -1) for call in calls if call.ended_at]
    open_now = most = 0
    for _, step in sorted(moments):
        open_now += step
        most = max(most, open_now)
    return most


def activities(vera: Visitor) -> list[str]:
    """What the timeline tells the staff alone."""
    entries = Entry.objects.for_system().filter(
        conversation=UUID(vera.conversation_id), kind="activity", audience="staff"
    )
    return list(entries.values_list("content", flat=True))


def all_ended(scene: Scene) -> None:
    """The record is closed after the answer was told."""
    for pause in [0.05] * 100:
        if not Reply.objects.for_website(scene.website.pk).filter(state="active").exists():
            return
        time.sleep(pause)
    pytest.fail("an answer is still being written")
