"""From which cosine on a website's assistant is sure: models have scales of their own, and its question set knows.

Of the questions that must be answered 95 % stay above the lower threshold; of those that must be refused at most 5 %
above the upper one. Too few questions say too little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from assistant.embeddings.base import Embedder, EmbeddingFailed
from assistant.embeddings.choice import embedder
from assistant.embeddings.meaning import BY_MEANING, Limits
from assistant.embeddings.nearest import nearest
from assistant.embeddings.paying import count_read
from assistant.embeddings.standing import standing_of
from assistant.embeddings.vectors import Vector
from assistant.models import Expectation, MeaningIndex
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
BATCH, MOST_SECONDS = 32, 60.0
FEWEST_COVERED, FEWEST_REFUSED = 10, 5
KEPT, ASSERTED = 0.95, 0.05
ABOVE = 0.005  # by how much sureness begins above what must be refused


async def estimate_limits(website_id: int) -> None:
    """From its question set, if all its passages have vectors. What fails leaves the thresholds as they are."""
    model, standing = embedder(), await db(standing_of, website_id)
    expected = await db(_questions, website_id)
    if model is None or standing is None or not standing.is_complete or not expected:
        return
    try:
        async with asyncio.timeout(MOST_SECONDS):
            vectors = await _vectors(website_id, model, list(expected))
    except (EmbeddingFailed, TimeoutError) as failed:
        logger.info("[AI] thresholds stay as they are", website=website_id, reason=str(failed))
        return
    covered, refused = await db(_best_cosines, website_id, model.name, expected, vectors)
    await db(_keep, website_id, model.name, limits_from(covered, refused))


def limits_from(covered: Sequence[float], refused: Sequence[float]) -> Limits | None:
    """From the best cosines that questions of either kind had. None: there are too few."""
    if len(covered) < FEWEST_COVERED:
        return None
    unsure = sorted(covered)[int(len(covered) * (1 - KEPT))]
    if len(refused) < FEWEST_REFUSED:
        return Limits(max(unsure, BY_MEANING.sure), unsure)
    asserted = int(len(refused) * ASSERTED)
    return Limits(max(unsure, sorted(refused, reverse=True)[asserted] + ABOVE), unsure)


def _questions(website_id: int) -> dict[str, bool]:
    """Whether each must be refused."""
    return dict(Expectation.objects.for_website(website_id).order_by("pk").values_list("question", "must_refuse"))


async def _vectors(website_id: int, model: Embedder, texts: list[str]) -> list[Vector]:
    found: list[Vector] = []
    for begin in range(0, len(texts), BATCH):
        batch = texts[begin : begin + BATCH]
        embedded = await model.embed(batch)
        if model.is_billed:
            await db(count_read, website_id, embedded.tokens, batch)
        found += embedded.vectors
    return found


def _best_cosines(
    website_id: int, model: str, expected: dict[str, bool], vectors: list[Vector]
) -> tuple[list[float], list[float]]:
    best: dict[bool, list[float]] = {True: [], False: []}
    for must_refuse, vector in zip(expected.values(), vectors, strict=True):
        best[must_refuse] += list(nearest(website_id, model, vector, 1).values())
    return best[False], best[True]


def _keep(website_id: int, model: str, limits: Limits | None) -> None:
    kept = {"estimated_for": model if limits else ""}
    numbers = {"sure_from": limits.sure if limits else None, "unsure_from": limits.unsure if limits else None}
    MeaningIndex.objects.for_system().update_or_create(website_id=website_id, defaults=kept | numbers)
