"""What is lost where Postgres chooses passages by the signs of their numbers, before they are compared."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Sequence

from accounts.models import Website
from assistant.embeddings.choice import embedder
from assistant.embeddings.nearest import nearest
from assistant.embeddings.vectors import Vector
from assistant.evaluation.vectors import NoVectors
from assistant.models import PassageVector
from foundation.outgoing import close_http_clients

BEST = 10


def share_of_the_best_found(website: Website, texts: Sequence[str]) -> float:
    """Of the ten passages that are nearest to each text by all numbers, how many the search finds."""
    model, vectors = asyncio.run(_vectors(texts))
    stored = PassageVector.objects.for_website(website.pk).values_list("passage", "parts", "length")
    known = {passage: Vector.stored(bytes(parts), length) for passage, parts, length in stored}
    found = 0
    for vector in vectors:
        exact = heapq.nlargest(BEST, known, key=lambda passage: (vector.cosine(known[passage]), -passage))
        found += len(set(exact) & nearest(website.pk, model, vector, BEST).keys())
    return found / (BEST * len(vectors))


async def _vectors(texts: Sequence[str]) -> tuple[str, list[Vector]]:
    model = embedder()
    if model is None:
        raise NoVectors("no embedding model is set")
    try:
        return model.name, (await model.embed(texts)).vectors
    finally:
        await close_http_clients()
