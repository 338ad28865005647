"""What a question means, asked of the model in time: nobody waits longer than a second for a better search."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from assistant.embeddings.base import Embedded, Embedder, EmbeddingFailed
from assistant.embeddings.choice import embedder
from assistant.embeddings.meaning import Meaning
from assistant.embeddings.paying import count_read
from assistant.embeddings.standing import Standing, note_asking_error, standing_of
from assistant.providers.base import Question
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
MOST_SECONDS = 1.0
REST = 20.0  # seconds in which a model that failed is not asked: else every answer would wait for it
LONGEST = 2000  # characters of a question that say what it is about

_rests: dict[str, tuple[float, str]] = {}  # by model: until when, and why


async def with_meaning(question: Question) -> Question:
    """With vectors of what is looked up for it, or the reason why there are none. Never fails."""
    model = embedder()
    if question.meant is not None or model is None:
        return question
    return replace(question, meant=await _meaning(question, model))


async def _meaning(question: Question, model: Embedder) -> Meaning:
    website_id = question.website.pk
    standing = await db(standing_of, website_id)
    if standing is None or not standing.total:
        return Meaning()
    why = standing.why_not or _resting(model.name)
    if why:
        logger.info("[AI] full-text search answers", website=website_id, reason=why)
        return Meaning(why=why)
    texts = question.looked_up
    try:
        embedded = await _asked(model, standing, [text[:LONGEST] for text in texts])
    except EmbeddingFailed as failed:
        _rests[model.name] = time.monotonic() + REST, str(failed)
        logger.warning("[AI] full-text search answers", website=website_id, reason=str(failed))
        await db(note_asking_error, website_id, str(failed))
        return Meaning(why=str(failed))
    if model.is_billed:
        await db(count_read, website_id, embedded.tokens, texts)
    if standing.asking_error:
        await db(note_asking_error, website_id, "")
    return Meaning(model.name, dict(zip(texts, embedded.vectors, strict=True)), standing.limits)


async def _asked(model: Embedder, standing: Standing, texts: list[str]) -> Embedded:
    try:
        async with asyncio.timeout(MOST_SECONDS):
            embedded = await model.embed(texts)
    except TimeoutError:
        raise EmbeddingFailed(f"the embedding model did not answer within {MOST_SECONDS:g} s") from None
    if embedded.dimension != standing.dimension:
        raise EmbeddingFailed(other_dimension(embedded.dimension, standing.dimension))
    return embedded


def other_dimension(new: int, known: int | None) -> str:
    return (
        f"the embedding model answers with {new} numbers, but passages were given {known} by one of the same name; "
        "`manage.py embed_again` begins anew"
    )


def _resting(model: str) -> str:
    until, why = _rests.get(model, (0.0, ""))
    return why if time.monotonic() < until else ""
