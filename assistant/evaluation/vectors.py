"""Vectors for a website's passages, made here and now: an evaluation has no worker."""

from __future__ import annotations

import asyncio

from accounts.models import Website
from assistant.embeddings.indexing import embed_passages
from assistant.embeddings.standing import Standing, standing_of
from foundation.db import close_pools, db
from foundation.outgoing import close_http_clients


class NoVectors(Exception):
    """Says why."""


def embed_now(website: Website) -> str:
    """By which model. Raises NoVectors."""
    return asyncio.run(_embedded(website))


async def _embedded(website: Website) -> str:
    try:
        standing = await _standing(website)
        while not standing.is_complete:
            await embed_passages(website.pk)
            standing = await _standing(website)
            if standing.error:
                raise NoVectors(standing.error)
        return standing.model
    finally:
        await close_pools()
        await close_http_clients()


async def _standing(website: Website) -> Standing:
    standing = await db(standing_of, website.pk)
    if standing is None:
        raise NoVectors("no embedding model is set")
    return standing
