"""What everything stands on, each asked whether it answers: Postgres, Redis, the channel layer, a worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from channels.layers import get_channel_layer

from foundation.db import hot_pool
from foundation.redis import redis

PATIENCE = 3.0  # seconds for each part
WORKER_SILENCE = 30  # seconds after which a worker counts as gone
WORKER_AGE = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


class NoWorker(Exception):
    """No worker has been heard of lately."""


async def postgres() -> None:
    pool = await hot_pool()
    async with pool.connection(timeout=PATIENCE) as connection:
        await connection.execute("SELECT 1")


async def redis_answers() -> None:
    await redis().ping()


async def channel_layer() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    try:
        await layer.send(channel, {"type": "health.probe"})
        await layer.receive(channel)
    finally:
        await layer.discard_channel(channel, [])


async def worker() -> None:
    pool = await hot_pool()
    async with pool.connection(timeout=PATIENCE) as connection:
        row = await (await connection.execute(WORKER_AGE)).fetchone()
    if row is None or row[0] is None or row[0] > WORKER_SILENCE:
        raise NoWorker


PARTS: dict[str, Callable[[], Awaitable[None]]] = {
    "postgres": postgres,
    "redis": redis_answers,
    "channel_layer": channel_layer,
    "worker": worker,
}
