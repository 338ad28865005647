"""How busy this process's connections to Postgres are: looked at every few seconds, and whenever figures are read.

A figure that is asked for when it is read would be that of one web process alone: the others' are read from files.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper

from foundation import db
from foundation.metrics import DATABASE

PAUSE = 5.0  # seconds
STATES = {"idle": "pool_available", "waiting": "requests_waiting"}
_watching = threading.Lock()


def look_at_pools() -> None:
    for pool, stats in _all_stats().items():
        for state, name in STATES.items():
            DATABASE.labels(pool=pool, state=state).set(stats.get(name, 0))
        busy = stats.get("pool_size", 0) - stats.get("pool_available", 0)
        DATABASE.labels(pool=pool, state="busy").set(max(0, busy))


def watch_pools() -> None:
    """From now on, by a thread that ends with the process; once is enough."""
    if _watching.acquire(blocking=False):
        threading.Thread(target=_watch, name="figures of pools", daemon=True).start()


def _watch() -> None:
    while True:
        look_at_pools()
        _never.wait(PAUSE)


_never = threading.Event()


def _all_stats() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {"hot": {}, "reads": {}}
    for name, pool in _pools():
        for key, value in pool.get_stats().items():
            found[name][key] = found[name].get(key, 0) + value
    return found


def _pools() -> Iterator[tuple[str, Any]]:
    for hot in db.open_pools():
        yield "hot", hot
    for reads in list(DatabaseWrapper._connection_pools.values()):  # type: ignore[attr-defined]
        yield "reads", reads
