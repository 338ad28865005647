"""One Redis client per event loop, for tokens, limits and presence. The channel layer has connections of its own.

Code that has no event loop, such as log-in by form, asks `waiting_redis()`.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import Redis as WaitingRedis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from foundation.redis_retries import CountedRetry, CountedWaitingRetry

__all__ = ["RedisError", "close_redis", "key", "redis", "waiting_redis"]

# More sockets than this may come at once, after a restart for example: then they wait for a connection, two seconds at
# most, where redis-py's own pool would refuse them.
CONNECTIONS = 20

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Redis] = WeakKeyDictionary()


def redis() -> Redis:
    """The client of the running loop. Calls raise `RedisError` within about two seconds when Redis is away."""
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        pool = BlockingConnectionPool.from_url(
            settings.REDIS_URL,
            max_connections=CONNECTIONS,
            timeout=2,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=1,
            socket_keepalive=True,
            health_check_interval=15,
            retry=CountedRetry(ExponentialBackoff(cap=0.2, base=0.05), 2),
        )
        client = _clients[loop] = Redis.from_pool(pool)
    return client


async def close_redis() -> None:
    """Close this loop's client; for programs that end before their loop's process does."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()


@cache
def waiting_redis() -> WaitingRedis:
    """One for all threads of the process. Raises `RedisError` as soon as the other does."""
    return WaitingRedis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=1,
        socket_keepalive=True,
        health_check_interval=15,
        retry=CountedWaitingRetry(ExponentialBackoff(cap=0.2, base=0.05), 2),
    )


def key(*parts: Any) -> str:
    """A Redis key of this installation: `key("presence", 7)` → `chat:presence:7`."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])
