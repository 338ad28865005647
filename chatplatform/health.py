"""`/health/live/`: this process answers. `/health/ready/`: so do Postgres, Redis, the channel layer and a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, JsonResponse

from foundation.leaving import leaving
from foundation.logs import log
from foundation.parts import PARTS, PATIENCE, HostAway

logger = log(__name__)


async def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


async def ready(request: HttpRequest) -> JsonResponse:
    """Every part with its latency in milliseconds; 503 when one is down, and when this process is about to end."""
    if leaving.has_begun:
        return _quiet(JsonResponse({"status": "leaving", "parts": {}}, status=503))
    parts = dict(zip(PARTS, await asyncio.gather(*[_timed(check) for check in PARTS.values()]), strict=True))
    down = {name: part["error"] for name, part in parts.items() if not part["ok"]}
    _tell_of_changes(down)
    return _quiet(
        JsonResponse({"status": "unavailable" if down else "ok", "parts": parts}, status=503 if down else 200)
    )


def _quiet(answer: JsonResponse) -> JsonResponse:
    """Django's own line would not say what is down."""
    answer._has_been_logged = True  # type: ignore[attr-defined]
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
    except HostAway as error:
        return {"ok": False, "ms": _ms(began), "error": str(error)}
    except Exception as error:  # whatever it is, this part is down and the answer says which
        return {"ok": False, "ms": _ms(began), "error": type(error).__name__}
    return {"ok": True, "ms": _ms(began)}


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
