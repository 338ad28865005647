"""The moment somebody else speaks, or stops it, the AI is silent: at once by listening, for certain by the database."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator

import pytest

from accounts.models import Website
from assistant.models import Reply
from assistant.providers.base import Outcome, Partial, Question
from assistant.providers.builtin.phrases import PHRASES
from assistant.replying.reply import reply
from conversations.actions.messages import post_message
from conversations.actions.replies import cancel_reply
from conversations.events import TypingSeen
from conversations.models import Conversation
from conversations.subscribers.live import publish
from foundation.db import db
from tests.assistant.desk import ENDLESS, Desk, Typist, post_of_ben

State = Reply.State
ENGLISH = PHRASES["en"]


async def test_a_person_who_writes_silences_the_answer_within_a_tenth_of_a_second(desk: Desk) -> None:
    typist, job = Typist(ENDLESS), await desk.ask("Tell me everything")
    answering = asyncio.create_task(reply(job, typist))
    await desk.until("chunk")
    await desk.take_over()
    taken_over = time.monotonic()
    await typist.stopped.wait()
    assert time.monotonic() - taken_over < 0.1
    await answering
    assert await desk.answers() == []
    assert (await desk.until("reply_cancelled"))["reason"] == "takeover"
    assert [record.state for record in await desk.replies()] == [State.INTERRUPTED]


async def test_any_sign_of_a_newer_epoch_ends_the_answer(desk: Desk) -> None:
    """Also when the cancellation itself was lost on its way."""
    job = await desk.ask("Tell me everything")
    answering = asyncio.create_task(reply(job, Typist(ENDLESS)))
    await desk.until("chunk")
    await publish(TypingSeen(desk.conversation_id, desk.website.pk, "agent", is_typing=True, epoch=job.epoch + 1))
    async with asyncio.timeout(1):
        await answering
    assert [record.state for record in await desk.replies()] == [State.INTERRUPTED]


async def test_a_stop_ends_the_answer(desk: Desk) -> None:
    typist, job = Typist(ENDLESS), await desk.ask("Tell me everything")
    answering = asyncio.create_task(reply(job, typist))
    await desk.until("chunk")
    await cancel_reply(desk.conversation_id, None, "stopped")
    async with asyncio.timeout(1):
        await answering
    assert await desk.answers() == []
    assert (await desk.until("reply_cancelled"))["reason"] == "stopped"


async def test_a_newer_question_supersedes_the_answer_to_the_older(desk: Desk) -> None:
    first = asyncio.create_task(reply(await desk.ask("Tell me everything"), Typist(ENDLESS)))
    await desk.until("chunk")
    await reply(await desk.ask("In four words"), Typist("one two three four"))
    async with asyncio.timeout(1):
        await first
    assert [answer.content for answer in await desk.answers()] == ["one two three four"]
    assert (await desk.until("reply_cancelled"))["reason"] == "superseded"
    assert [record.state for record in await desk.replies()] == [State.SUPERSEDED, State.STORED]


async def test_the_final_write_is_refused_when_a_person_was_faster_and_nobody_heard_it(desk: Desk) -> None:
    """Even when no event reaches the worker, the database keeps the AI silent."""

    class TooLate:
        name, model = "too late", ""

        async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
            yield Partial("I think")
            await db(Conversation.objects.for_system().filter(pk=desk.conversation_id).update, takeover_epoch=99)
            yield Outcome("answer", "I think it is blue.")

    await reply(await desk.ask("Which colour?"), TooLate())
    assert await desk.answers() == []
    assert [record.state for record in await desk.replies()] == [State.INTERRUPTED]


async def test_a_hand_over_that_comes_too_late_changes_nothing(desk: Desk) -> None:
    class TooLate:
        name, model = "too late", ""

        async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
            yield Partial("I think")
            ended = {"takeover_epoch": 99, "reply_id": None, "status": "resolved"}
            await db(Conversation.objects.for_system().filter(pk=desk.conversation_id).update, **ended)
            yield Outcome("hand_off", reason="the visitor asked for a person")

    await reply(await desk.ask("Which colour?"), TooLate())
    conversation = await desk.conversation()
    assert (conversation.status, conversation.handled_by, conversation.waiting_since) == ("resolved", "ai", None)
    assert await desk.said_by_system() == []
    assert [record.state for record in await desk.replies()] == [State.INTERRUPTED]


@pytest.mark.slow
async def test_after_two_hundred_takeovers_at_random_moments_the_ai_never_had_the_last_word(
    shop: Website, desk: Desk
) -> None:
    chance = random.Random(7)

    async def one() -> None:
        async with Desk(shop) as other:
            job = await other.ask("Count")
            answering = asyncio.create_task(reply(job, Typist("one two three four five six", pause=0.02)))
            await asyncio.sleep(chance.uniform(0, 0.25))
            bens = await other.take_over()
            await answering
            assert all(answer.seq < bens.seq for answer in await other.answers())
            conversation = await other.conversation()
            assert (conversation.handled_by, conversation.reply_id) == ("human", None)
            assert not [record for record in await other.replies() if record.state == State.ACTIVE]

    for _ in range(20):
        await asyncio.gather(*[one() for _ in range(10)])


async def test_a_provider_that_fails_after_a_takeover_says_nothing(desk: Desk) -> None:
    class FailsLate:
        name, model = "fails late", ""

        async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
            yield Partial("The answer is")
            await post_message(post_of_ben(desk.conversation_id))
            raise ConnectionError("no upstream")

    await reply(await desk.ask("What is the answer?"), FailsLate())
    assert await desk.said_by_system() == []
