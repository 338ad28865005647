"""The client for tokens, limits and presence."""

from __future__ import annotations

import asyncio

from foundation.redis import CONNECTIONS, close_redis, key, redis


async def test_more_who_ask_at_once_than_there_are_connections_wait_for_their_turn() -> None:
    """After a restart every socket comes back in the same second, and none may be refused for that."""
    many = range(CONNECTIONS * 15)
    try:
        await asyncio.gather(*[redis(key("test", number)).set(key("test", number), number, ex=5) for number in many])
        found = await asyncio.gather(*[redis(key("test", number)).getdel(key("test", number)) for number in many])
    finally:
        await close_redis()
    assert found == [str(number) for number in many]
