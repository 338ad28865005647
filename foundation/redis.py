"""One Redis client per event loop, for tokens, limits and presence. The channel layer has connections of its own."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

__all__ = ["RedisError", "close_redis", "key", "redis"]

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Redis] = WeakKeyDictionary()


def redis() -> Redis:
    """The client of the running loop. Calls raise `RedisError` within about two seconds when Redis is away."""
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        client = _clients[loop] = Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=1,
            socket_keepalive=True,
            health_check_interval=15,
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 2),
        )
    return client


async def close_redis() -> None:
    """Close this loop's client; for programs that end before their loop's process does."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()


def key(*parts: Any) -> str:
    """A Redis key of this installation: `key("presence", 7)` → `chat:presence:7`."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])
