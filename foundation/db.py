"""Two ways to Postgres: `db(fn)` for units of work with the ORM, `hot_pool()` for the one statement of the hot path.

Django's own `sync_to_async` and its a-ORM run everything on one thread of the process, so one slow query holds up every
socket. `db` uses threads of our own. Measured: eight queries of 0.3 s took 2.4 s there and 0.3 s here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from psycopg import AsyncConnection
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool

P = ParamSpec("P")
T = TypeVar("T")
Loop = asyncio.AbstractEventLoop

# Pools try to connect at intervals that double until this is over, then afresh for whoever asks. By default it is five
# minutes: after a long outage of Postgres it would be noticed minutes too late that it is back.
RECONNECT_SECONDS = 10

_executor = ThreadPoolExecutor(
    max_workers=int(os.environ.get("DATABASE_POOL_SIZE", "10")), thread_name_prefix="database"
)
_pools: WeakKeyDictionary[Loop, AsyncConnectionPool[AsyncConnection[Any]]] = WeakKeyDictionary()


def db(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
    """Run a whole unit of work (ORM, transactions) on one of our threads and give its connection back afterwards."""

    def unit() -> T:
        try:
            return fn(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(unit, thread_sensitive=False, executor=_executor)()


async def hot_pool() -> AsyncConnectionPool[AsyncConnection[Any]]:
    """The async pool of this event loop, opened at first use."""
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        size = settings.ENVIRONMENT.hot_path_connections
        pool = _pools[loop] = AsyncConnectionPool(
            settings.DATABASE_URL,
            min_size=1,
            max_size=size,
            open=False,
            timeout=10,
            reconnect_timeout=RECONNECT_SECONDS,
            kwargs={"autocommit": True, "row_factory": tuple_row, "prepare_threshold": 1},
            configure=_set_time_limits,
            check=AsyncConnectionPool.check_connection if settings.DEBUG else None,
        )
        await pool.open()
    return pool


def open_pools() -> list[AsyncConnectionPool[AsyncConnection[Any]]]:
    """Those of all event loops of this process."""
    return list(_pools.values())


async def close_pools() -> None:
    """Close the async pool of this loop; for programs that end before their loop's process does."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        await pool.close()


async def _set_time_limits(connection: AsyncConnection[Any]) -> None:
    await connection.execute("SET lock_timeout = '5s'")
    await connection.execute("SET statement_timeout = '15s'")
