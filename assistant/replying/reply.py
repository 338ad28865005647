"""Answering a visitor's message from beginning to end: no draft is left hanging, and nobody is talked over."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from traceback import extract_tb
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from assistant.models import Reply
from assistant.providers.base import Outcome, Provider, ProviderFailed
from assistant.replying.answering import Answering
from assistant.replying.decision import decide
from assistant.replying.interruption import Interrupted, Listener, listening
from assistant.replying.plan import Plan
from assistant.replying.records import Job, question_of, situation_of, wait_for_more
from conversations.actions.messages import Post, post_message
from conversations.actions.replies import begin_reply, cancel_reply
from conversations.actions.takeovers import request_human
from conversations.errors import Stale, Unavailable
from conversations.presence import somebody_is_on
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
T = TypeVar("T")
State, NO_PLAN = Reply.State, Plan()
STORE_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds between tries to store an answer while Postgres is away


async def reply(job: Job, provider: Provider, plan: Plan = NO_PLAN) -> None:
    """Answer, unless there is nothing to answer any more. Raises only what a retry may heal."""
    await asyncio.sleep(await db(wait_for_more, job))
    question = await db(question_of, job)
    if question is None:
        logger.info("[AI] nothing to answer", conversation=str(job.conversation_id), rev=job.rev)
        return
    situation = await db(situation_of, job)
    if plan.people_first:
        situation = replace(situation, is_somebody_here=await somebody_is_on(job.website_id))
    try:
        decision = decide(plan, provider, question, situation)
    except Exception as error:  # a retry would not heal it, and the visitor must not wait for nothing
        logger.error("[AI] could not begin", conversation=str(job.conversation_id), error=type(error).__name__)
        await request_human(job.conversation_id, "the assistant could not begin an answer")
        return
    async with listening(job.conversation_id) as listener:
        try:
            message_id = await begin_reply(job.conversation_id, job.epoch)
            answering = Answering(job, message_id, decision.question, plan, decision.provider)
            await answering.begin()
        except Stale:
            logger.info("[AI] came too late to begin", conversation=str(job.conversation_id), rev=job.rev)
            return
        await _write(answering, listener)


async def _write(answering: Answering, listener: Listener) -> None:
    job, message_id, draft = answering.job, answering.message_id, answering.draft
    interruption = listener.interruption(message_id, job.epoch, job.rev)
    try:
        outcome = await _first_of(interruption, draft.write(answering.provider, answering.question))
    except Interrupted as interrupted:
        superseded = interrupted.reason == "superseded"
        if superseded:  # by a message of which the server knows only that it came
            await cancel_reply(job.conversation_id, message_id, "superseded")
        await answering.end(State.SUPERSEDED if superseded else State.INTERRUPTED)
        return
    except Exception as error:  # whatever a provider may raise
        failure = await _give_up(job, message_id, error)
        await answering.end(State.FAILED, failure=failure, paid=not isinstance(error, ProviderFailed) or error.begun)
        return
    if outcome.kind == "hand_off":
        try:
            await request_human(job.conversation_id, outcome.reason, by_answer=(message_id, job.epoch))
        except Stale:  # a person, a stop or a resolve was faster, and nobody heard of it
            await answering.end(State.INTERRUPTED, outcome)
        else:
            await answering.end(State.HANDED_OFF, outcome)
    else:
        stored = await _store(job, message_id, outcome)
        await answering.end(State.STORED if stored else State.INTERRUPTED, outcome)


async def _first_of(interruption: Coroutine[Any, Any, NoReturn], work: Coroutine[Any, Any, T]) -> T:
    """The result of the work, unless the interruption is raised first; then the work is cancelled at once."""
    working, interrupted = asyncio.create_task(work), asyncio.create_task(interruption)
    try:
        await asyncio.wait([working, interrupted], return_when=asyncio.FIRST_COMPLETED)
        return interrupted.result() if interrupted.done() else working.result()
    finally:
        working.cancel()
        interrupted.cancel()
        await asyncio.gather(working, interrupted, return_exceptions=True)


async def _store(job: Job, message_id: UUID, outcome: Outcome) -> bool:
    """Say it. False when a person, a stop or a newer question was faster: the database decides that."""
    sources = [{"title": source.title, "url": source.url} for source in outcome.sources]
    post = Post(job.conversation_id, outcome.text, "assistant", message_id=message_id, epoch=job.epoch, sources=sources)
    for pause in (*STORE_PAUSES, None):
        try:
            await post_message(post)
        except Stale:
            return False
        except Unavailable:  # the answer is paid for; the job done again would pay for another
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return True
    raise AssertionError("the last try returns or raises")


async def _give_up(job: Job, message_id: UUID, error: Exception) -> str:
    """End the draft and hand over to people, unless somebody else ended it before; why, in words for the staff."""
    failure = str(error) if isinstance(error, ProviderFailed) else "the assistant could not write an answer"
    # Where and what kind, but not what it says: that may quote a message or a key.
    place, cause = extract_tb(error.__traceback__)[-1], error.__cause__ or error
    at = f"{Path(place.filename).name}:{place.lineno}"
    logger.error(
        "[AI] no answer",
        conversation=str(job.conversation_id),
        reason=failure,
        error=type(cause).__name__,
        at=at,
    )
    if await cancel_reply(job.conversation_id, message_id, "failed") is not None:
        await request_human(job.conversation_id, failure)
    return failure
