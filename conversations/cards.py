"""What each dashboard shows of its person, in Redis: who they are, what they look at and where they type."""

from __future__ import annotations

import json
import time
from typing import Any

from foundation.redis import key, redis


async def cards_of(website_id: int) -> list[dict[str, Any]]:
    """A card for each socket that has been heard of lately. Raises RedisError."""
    await _forget_expired(website_id)
    return [json.loads(card) for card in await redis(members(website_id)).hvals(cards(website_id))]


async def _forget_expired(website_id: int) -> None:
    expired = await redis(members(website_id)).zrangebyscore(members(website_id), "-inf", time.time())
    if expired:
        async with redis(members(website_id)).pipeline(transaction=False) as pipeline:
            pipeline.zrem(members(website_id), *expired)
            pipeline.hdel(cards(website_id), *expired)
            await pipeline.execute()


def members(website_id: int) -> str:
    """The key of the sorted set of a website's sockets, each with its expiry. It says which host keeps all of these."""
    return key("presence", website_id)


def here(website_id: int) -> str:
    """The key of those of them whose person is not away."""
    return key("presence", website_id, "here")


def cards(website_id: int) -> str:
    """The key of the hash of their cards."""
    return key("presence", website_id, "cards")
