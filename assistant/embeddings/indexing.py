"""The job that gives a website's passages to the model: in batches, for a slice of time, and only what has changed."""

from __future__ import annotations

import asyncio
import time

from assistant.embeddings import index
from assistant.embeddings.asking import other_dimension
from assistant.embeddings.base import Embedded, Embedder, EmbeddingFailed
from assistant.embeddings.choice import embedder
from assistant.embeddings.local import LocalModel
from assistant.embeddings.paying import count_read, has_room
from assistant.embeddings.thresholds import estimate_limits
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
BATCH = 32  # texts
SLICE = 20.0  # seconds that one website may hold a place in the queue
MOST_SECONDS = 60.0  # for one batch
PAUSES = (0.5, 2.0)  # seconds before the second and the third attempt
SHORTEST = 200  # characters to which a text is cut that the model refuses
USED_UP = "the budget for today is used up; it goes on at midnight UTC"


async def look_after_embeddings() -> None:
    """For the worker's rounds: have embedded what is missing, whyever it is."""
    model = embedder()
    if isinstance(model, LocalModel):
        await model.warm_up()
    await db(index.defer_what_is_missing)


async def embed_passages(website_id: int) -> None:
    model = embedder()
    if model is None or await db(index.is_pausing, website_id):
        return
    try:
        is_over = await _go_on(website_id, model, time.monotonic() + SLICE)
    except EmbeddingFailed as failed:
        logger.warning("[AI] passages get no vectors", website=website_id, reason=str(failed))
        await db(index.note_failure, website_id, str(failed))
        return
    if is_over:
        await estimate_limits(website_id)
    else:
        await db(index.defer_embedding, website_id)


async def _go_on(website_id: int, model: Embedder, deadline: float) -> bool:
    """Until the deadline; whether every passage has its vector by then."""
    while True:
        wanted = await db(index.next_wanted, website_id, model.name, BATCH)
        if not wanted:
            await db(index.note_progress, website_id)
            return True
        if time.monotonic() > deadline:
            return False
        texts = [one.text for one in wanted]
        if model.is_billed and not await db(has_room, website_id, texts):
            raise EmbeddingFailed(USED_UP)
        known = await db(index.dimension_of, website_id, model.name)
        embedded = await _embedded(model, texts)
        if model.is_billed:
            await db(count_read, website_id, embedded.tokens, texts)
        if known is not None and embedded.dimension != known:
            raise EmbeddingFailed(other_dimension(embedded.dimension, known))
        await db(index.store, website_id, model.name, wanted, embedded)
        await db(index.note_progress, website_id)


async def _embedded(model: Embedder, texts: list[str]) -> Embedded:
    """All together; where one of them may be too long, each half by itself, and what is still refused cut."""
    try:
        return await _asked(model, texts)
    except EmbeddingFailed as failed:
        if not failed.is_for_text:
            raise
        if len(texts) > 1:
            middle = len(texts) // 2
            return _joined([await _embedded(model, texts[:middle]), await _embedded(model, texts[middle:])])
        if len(texts[0]) <= SHORTEST:
            raise
        return await _embedded(model, [texts[0][: max(SHORTEST, len(texts[0]) // 2)]])


async def _asked(model: Embedder, texts: list[str]) -> Embedded:
    for pause in (*PAUSES, None):
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await model.embed(texts)
        except TimeoutError:
            raise EmbeddingFailed(f"the embedding model did not answer within {MOST_SECONDS:g} s") from None
        except EmbeddingFailed as failed:
            if pause is None or not failed.is_passing:
                raise
            await asyncio.sleep(pause)
    raise AssertionError  # the last attempt has raised


def _joined(halves: list[Embedded]) -> Embedded:
    if len({one.dimension for one in halves}) != 1:
        raise EmbeddingFailed("the embedding model answers with vectors of several dimensions")
    counted = [one.tokens for one in halves]
    tokens = sum(one for one in counted if one) if all(counted) else None
    return Embedded([vector for one in halves for vector in one.vectors], tokens)
