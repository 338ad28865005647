"""The job that answers: what it shows, what it stores, and what it does when something fails."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator

import pytest

from accounts.models import Website
from assistant.models import Reply
from assistant.providers.base import Outcome, Partial, Question
from assistant.providers.builtin import BuiltIn
from assistant.replying import reply as replying
from assistant.replying.records import question_of
from assistant.replying.reply import reply
from conversations.actions.messages import Post, Posted, post_message
from conversations.actions.takeovers import COMING, NOBODY_HERE
from conversations.errors import Unavailable
from conversations.models import Conversation, Entry
from foundation.db import db
from tests.assistant.desk import ENDLESS, Desk, Typist

State = Reply.State


async def test_an_answer_is_shown_as_it_grows_and_then_stored_with_its_sources(desk: Desk) -> None:
    job = await desk.ask("Count to four")
    await reply(job, Typist("one two three four"))
    await desk.settle()
    message = desk.last_message()
    chunks = desk.told_of("chunk")
    assert [chunk["content"] for chunk in chunks] == ["one", "one two", "one two three", "one two three four"]
    assert [chunk["index"] for chunk in chunks] == [0, 1, 2, 3]
    assert {chunk["message_id"] for chunk in chunks} == {message["id"]}
    assert (message["content"], message["is_manual"]) == ("one two three four", False)
    assert message["sources"] == [{"title": "A page", "url": "https://acme.test/page"}]


async def test_a_provider_that_streams_fast_is_shown_twenty_times_a_second_at_most(desk: Desk) -> None:
    began = time.monotonic()
    await reply(await desk.ask("Hurry"), Typist(" ".join(["word"] * 60), pause=0.005))
    await desk.settle()
    assert 1 <= len(desk.told_of("chunk")) <= (time.monotonic() - began) * 20 + 1


async def test_an_answer_that_comes_at_once_is_shown_before_it_is_stored(desk: Desk) -> None:
    await reply(await desk.ask("Hi"), AtOnce("Hello"))
    await desk.settle()
    names = [frame["type"] for frame in desk.told if frame["type"] != "typing"]
    assert names == ["new_message", "chunk", "new_message"]


async def test_the_built_in_assistant_answers_from_the_articles(desk: Desk) -> None:
    await reply(await desk.ask("I forgot my password"), BuiltIn())
    (answer,) = await desk.answers()
    assert "Forgotten your password?" in answer.content
    assert answer.sources == [{"title": "Your account and password", "url": "https://acme.test/account-and-password"}]


async def test_how_an_answer_went_is_recorded(desk: Desk) -> None:
    job = await desk.ask("I forgot my password")
    await reply(job, BuiltIn())
    (record,) = await desk.replies()
    assert (record.state, record.outcome, record.provider) == (State.STORED, "answer", "built-in")
    assert record.answers == job.message_id
    assert record.passages
    assert record.first_chunk_ms is not None
    assert record.ended_ms is not None
    assert record.first_chunk_ms <= record.ended_ms


async def test_a_burst_of_messages_is_answered_once_by_the_last_one(desk: Desk) -> None:
    jobs = [await desk.ask(text) for text in ("Hi", "I have a question", "I forgot my password")]
    for job in jobs:
        await reply(job, BuiltIn())
    (answer,) = await desk.answers()
    assert "password" in answer.content
    assert [record.answers for record in await desk.replies()] == [jobs[-1].message_id]


async def test_a_conversation_with_a_person_is_not_answered(desk: Desk) -> None:
    await desk.take_over()
    await reply(await desk.ask("Are you there?"), BuiltIn())
    assert await desk.answers() == []
    assert await desk.replies() == []


async def test_a_website_that_switched_its_ai_off_is_not_answered_for(desk: Desk, shop: Website) -> None:
    job = await desk.ask("Hello?")
    await db(Website.objects.filter(pk=shop.pk).update, ai_enabled=False)
    try:
        await reply(job, BuiltIn())
    finally:
        await db(Website.objects.filter(pk=shop.pk).update, ai_enabled=True)
    assert await desk.answers() == []


async def test_a_job_with_another_tenants_website_answers_nothing(desk: Desk, software: Website) -> None:
    job = await desk.ask("Hello?")
    assert (
        await db(question_of, type(job)(job.conversation_id, job.message_id, software.pk, job.rev, job.epoch)) is None
    )


async def test_a_wish_for_a_person_hands_over_in_the_systems_words_and_the_ai_is_silent(desk: Desk) -> None:
    await reply(await desk.ask("I want to talk to a person"), BuiltIn())
    conversation = await desk.conversation()
    assert (conversation.handled_by, conversation.reply_id) == ("human", None)
    assert set(await desk.said_by_system()) <= {COMING, NOBODY_HERE}
    await reply(await desk.ask("Hello?"), BuiltIn())
    assert await desk.answers() == []
    assert [record.state for record in await desk.replies()] == [State.HANDED_OFF]


class AtOnce:
    """A provider that gives its outcome without writing."""

    name, model = "at once", ""

    def __init__(self, text: str) -> None:
        self.text = text

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Outcome("answer", self.text)


class Broken:
    name, model = "broken", ""

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("The answer is")
        raise ConnectionError("no upstream")


class Silent:
    name, model = "silent", ""

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("The answer is")


@pytest.mark.parametrize("provider", [Broken(), Silent(), AtOnce("  ")])
async def test_when_no_answer_comes_the_draft_ends_and_people_take_over(
    desk: Desk, provider: Broken | Silent | AtOnce
) -> None:
    await reply(await desk.ask("What is the answer?"), provider)
    assert (await desk.until("reply_cancelled"))["reason"] == "failed"
    assert await desk.said_by_system() == [NOBODY_HERE]
    assert await desk.answers() == []
    conversation = await desk.conversation()
    assert (conversation.handled_by, conversation.reply_id) == ("human", None)
    assert [record.state for record in await desk.replies()] == [State.FAILED]


async def test_when_it_cannot_even_begin_people_take_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a rule nobody can read")

    monkeypatch.setattr(replying, "decide", fail)
    await reply(await desk.ask("Anybody?"), Typist("nobody hears this"))
    assert (await desk.conversation()).handled_by == "human"
    assert await desk.said_by_system() == [NOBODY_HERE]
    assert await desk.told_to_staff() == ["Handed over to people: the assistant could not begin an answer."]


async def test_the_staff_see_why_there_is_no_answer_and_the_visitor_does_not(desk: Desk) -> None:
    await reply(await desk.ask("What is the answer?"), AtOnce("  "))
    await desk.settle()
    (why,) = await desk.told_to_staff()
    assert why == "Handed over to people: the assistant ended without an answer."
    assert "without an answer" not in str(desk.told)
    assert [record.failure for record in await desk.replies()] == ["the assistant ended without an answer"]


async def test_a_job_that_was_cut_off_is_done_again_and_supersedes_its_first_draft(desk: Desk) -> None:
    job = await desk.ask("Count to four")
    first = asyncio.create_task(reply(job, Typist(ENDLESS)))
    await desk.until("chunk")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await reply(job, Typist("one two three four"))
    assert [answer.content for answer in await desk.answers()] == ["one two three four"]
    assert [record.state for record in await desk.replies()] == [State.SUPERSEDED, State.STORED]
    assert (await desk.until("reply_cancelled"))["reason"] == "superseded"


async def test_a_job_that_is_done_again_after_its_answer_was_stored_says_nothing(desk: Desk) -> None:
    job = await desk.ask("Count to four")
    await reply(job, Typist("one two three four"))
    await db(Reply.objects.for_website(desk.website.pk).filter(answers=job.message_id).update, state=State.ACTIVE)
    await reply(job, Typist("four three two one"))
    assert [answer.content for answer in await desk.answers()] == ["one two three four"]


async def test_an_answer_that_cannot_be_stored_at_once_is_not_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [Unavailable(), Unavailable()]

    async def store(post: Post) -> Posted:
        if refusals:
            raise refusals.pop()
        return await post_message(post)

    monkeypatch.setattr(replying, "STORE_PAUSES", (0.01, 0.01))
    monkeypatch.setattr(replying, "post_message", store)
    await reply(await desk.ask("Count to four"), Typist("one two three four"))
    assert [answer.content for answer in await desk.answers()] == ["one two three four"]
    assert [record.state for record in await desk.replies()] == [State.STORED]


async def test_a_question_asked_while_the_last_answer_was_being_stored_is_answered(desk: Desk) -> None:
    """The older answer stands after the newer question in the timeline; it is not its answer."""
    older = await desk.ask("I forgot my password")
    typing = asyncio.create_task(reply(older, Typist("one two three four")))
    await desk.until("chunk")
    newer = await desk.ask("And the store?")
    await typing
    await reply(newer, Typist("five six seven eight"))
    assert [answer.content for answer in await desk.answers()][-1] == "five six seven eight"


async def test_no_message_is_ever_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await reply(await desk.ask("my secret is xylophone"), Typist("your secret is marimba"))
    await reply(await desk.ask("my secret is xylophone"), Broken())
    assert "[AI]" in caplog.text
    assert "xylophone" not in caplog.text
    assert "marimba" not in caplog.text


async def test_context_begins_after_the_last_resolve(desk: Desk) -> None:
    await desk.ask("I want to talk about whales")
    entries = Entry.objects.for_system().filter(conversation=desk.conversation_id)
    last = await db(lambda: entries.order_by("-seq").values_list("seq", flat=True)[0])
    await db(Conversation.objects.for_system().filter(pk=desk.conversation_id).update, resolved_rev=last)
    question = await db(question_of, await desk.ask("Hello again"))
    assert question is not None
    assert [turn.content for turn in question.turns] == ["Hello again"]
