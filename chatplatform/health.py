"""`/health/live/`: this process answers. `/health/ready/`: so do Postgres, Redis, the channel layer and a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import get_channel_layer
from django.http import HttpRequest, JsonResponse

from foundation.db import hot_pool
from foundation.logs import log
from foundation.redis import redis

logger = log(__name__)
PATIENCE = 3.0  # seconds for each part
WORKER_SILENCE = 30  # seconds after which a worker counts as gone
WORKER_AGE = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


async def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


async def ready(request: HttpRequest) -> JsonResponse:
    """Every part with its latency in milliseconds; 503 when one is down."""
    parts = dict(zip(PARTS, await asyncio.gather(*[_timed(check) for check in PARTS.values()]), strict=True))
    down = {name: part["error"] for name, part in parts.items() if not part["ok"]}
    _tell_of_changes(down)
    answer = JsonResponse({"status": "unavailable" if down else "ok", "parts": parts}, status=503 if down else 200)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django's own line would not say what is down
    return answer


_told: set[str] = set()  # the parts that were down when it was last said


def _tell_of_changes(down: dict[str, str]) -> None:
    """One line when something goes or comes back, however often we are asked."""
    if down.keys() == _told:
        return
    if down:
        logger.error("not ready", **down)
    else:
        logger.info("ready again")
    _told.clear()
    _told.update(down)


async def _timed(check: Callable[[], Awaitable[None]]) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except Exception as error:  # whatever it is, this part is down and the answer says which
        return {"ok": False, "ms": _ms(began), "error": type(error).__name__}
    return {"ok": True, "ms": _ms(began)}


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


async def _postgres() -> None:
    pool = await hot_pool()
    async with pool.connection(timeout=PATIENCE) as connection:
        await connection.execute("SELECT 1")


async def _redis() -> None:
    await redis().ping()


async def _channel_layer() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    try:
        await layer.send(channel, {"type": "health.probe"})
        await layer.receive(channel)
    finally:
        await layer.discard_channel(channel, [])


async def _worker() -> None:
    pool = await hot_pool()
    async with pool.connection(timeout=PATIENCE) as connection:
        row = await (await connection.execute(WORKER_AGE)).fetchone()
    if row is None or row[0] is None or row[0] > WORKER_SILENCE:
        raise NoWorker


class NoWorker(Exception):
    """No worker has been heard of lately."""


PARTS: dict[str, Callable[[], Awaitable[None]]] = {
    "postgres": _postgres,
    "redis": _redis,
    "channel_layer": _channel_layer,
    "worker": _worker,
}
