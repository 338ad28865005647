"""A limit in Redis holds over all processes, whoever is first, and lets in again as it says."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from foundation.addresses import counted_address
from foundation.limits import LIMITS
from foundation.rate_limits import seconds_to_wait, seconds_to_wait_now
from foundation.redis import key, redis

pytestmark = pytest.mark.usefixtures("core")


def somebody() -> str:
    return f"session:{uuid4()}"


async def test_so_many_at_once_and_then_one_as_often_as_the_minute_says() -> None:
    vera = somebody()
    assert [await seconds_to_wait(vera, 12) for _ in range(12)] == [0] * 12
    wait = await seconds_to_wait(vera, 12)
    assert 1 <= wait <= 5
    await asyncio.sleep(wait + 0.01)
    assert await seconds_to_wait(vera, 12) == 0
    assert await seconds_to_wait(vera, 12) > 0


async def test_who_keeps_asking_waits_no_longer_for_it() -> None:
    vera = somebody()
    waits = [await seconds_to_wait(vera, 3) for _ in range(10)]
    assert waits[:3] == [0] * 3
    assert all(0 < wait <= 20 for wait in waits[3:])
    assert waits[3:] == sorted(waits[3:], reverse=True)


async def test_of_many_at_the_same_moment_no_more_are_let_in() -> None:
    """By two kinds of client, as two processes would ask."""
    vera = somebody()
    asked = [seconds_to_wait(vera, 10) for _ in range(20)]
    asked += [asyncio.to_thread(seconds_to_wait_now, vera, 10) for _ in range(20)]
    assert (await asyncio.gather(*asked)).count(0) == 10


async def test_somebody_else_feels_nothing_of_it_and_is_forgotten_in_time() -> None:
    vera = somebody()
    for _ in range(5):
        await seconds_to_wait(vera, 3)
    assert await seconds_to_wait(somebody(), 3) == 0
    kind, _, who = vera.partition(":")
    name = key("limit", kind, counted_address(who))
    assert 50_000 < await redis(name).pttl(name) <= 61_000


async def test_after_redis_has_lost_the_script_it_is_told_again() -> None:
    vera = somebody()
    await seconds_to_wait(vera, 2)
    await redis("").script_flush()
    assert await seconds_to_wait(vera, 2) == 0
    await redis("").script_flush()
    assert await asyncio.to_thread(seconds_to_wait_now, vera, 2) > 0


async def test_a_limit_nobody_has_written_down_is_not_counted_in_silence() -> None:
    with pytest.raises(KeyError):
        await seconds_to_wait("nobody-knows:1", 1)
    assert "session" in LIMITS
