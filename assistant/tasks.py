"""The assistant's jobs. Those for answers are deferred inside the statement that stores the message, never here."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from assistant.embeddings import index
from assistant.embeddings.indexing import embed_passages
from assistant.ingestion.reading import read_source
from assistant.knowledge.sources import QUEUE, TASK
from assistant.providers.choice import provider_for
from assistant.questions.runs import work_on
from assistant.replying.plan import plan_for
from assistant.replying.records import Job
from assistant.replying.reply import reply
from foundation.db import db

# A worker that is stopped or loses the database leaves its job to the next; no lock, since the conversation has one.
AGAIN = RetryStrategy(max_attempts=5, wait=1)


@app.task(name="assistant.reply", queue="ai", retry=AGAIN)
async def answer_visitor(conversation_id: str, message_id: str, website_id: int, rev: int, epoch: int) -> None:
    """Answer a visitor's message."""
    job = Job(UUID(conversation_id), UUID(message_id), website_id, rev, epoch)
    await reply(job, await db(provider_for, website_id), await db(plan_for, website_id))


@app.task(name="assistant.ask_questions", queue="default", retry=AGAIN)
async def ask_questions(run_id: int) -> None:
    """Ask a website's question set."""
    await work_on(run_id)


@app.task(name=TASK, queue=QUEUE, retry=AGAIN)
async def read_knowledge(source_id: int, website_id: int) -> None:
    """Read a source of a website's knowledge, or go on with it."""
    await read_source(source_id, website_id)


@app.task(name=index.TASK, queue=index.QUEUE, retry=AGAIN)
async def embed_knowledge(website_id: int) -> None:
    """Give a website's passages to the embedding model, or go on with it."""
    await embed_passages(website_id)
