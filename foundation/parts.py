"""What everything stands on, each asked whether it answers: Postgres, Redis, the channel layer, a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from channels.layers import get_channel_layer
from redis.asyncio import Redis

from foundation.db import hot_pool
from foundation.redis import RedisError, redis_hosts
from foundation.redis_urls import host_name

PATIENCE = 3.0  # seconds for each part
HOST_PATIENCE = 2.5  # for one of its hosts, so that it can be named
WORKER_SILENCE = 30  # seconds after which a worker counts as gone
WORKER_AGE = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


class NoWorker(Exception):
    """No worker has been heard of lately."""


class HostAway(Exception):
    """Redis hosts that do not answer, by name, and why."""


async def postgres() -> None:
    pool = await hot_pool()
    async with pool.connection(timeout=PATIENCE) as connection:
        await connection.execute("SELECT 1")


async def redis_answers() -> None:
    """Raises HostAway."""
    clients = redis_hosts()
    found = await asyncio.gather(*[_answers(client) for client in clients.values()])
    _require_all({host_name(url): why for url, why in zip(clients, found, strict=True) if why})


async def _answers(client: Redis) -> str:
    """Nothing, or why it does not."""
    try:
        async with asyncio.timeout(HOST_PATIENCE):
            await client.ping()
    except (RedisError, OSError, TimeoutError) as error:
        return type(error).__name__
    return ""


async def channel_layer() -> None:
    """There and back over each of its hosts. Raises HostAway."""
    _require_all(await get_channel_layer().probe_hosts(HOST_PATIENCE))


def _require_all(away: dict[str, str]) -> None:
    if away:
        raise HostAway("; ".join(f"{host} does not answer ({why})" for host, why in away.items()))


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
