"""Start and end of a web process: pools are opened before the first request and closed after the last.

Between the two sockets are sent away, by the server that knows when (foundation/web_server.py).
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from conversations.open_sockets import send_away
from conversations.subscribers.live import everything_told
from foundation.db import close_pools, hot_pool
from foundation.leaving import leaving
from foundation.logs import log
from foundation.redis import close_redis

logger = log(__name__)


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            leaving.before(send_away)
            await _start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await everything_told()
            await close_pools()
            await close_redis()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _start() -> None:
    try:
        await hot_pool()
    except (psycopg.Error, PoolTimeout) as error:  # it opens by itself when Postgres comes; health says so meanwhile
        logger.error("database not reachable yet", error=repr(error))
