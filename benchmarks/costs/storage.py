"""Bytes and rows that a message takes for good."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.costs.measuring import Size
from benchmarks.costs.sampling import Watch
from benchmarks.driver import drive
from benchmarks.ground import Ground
from benchmarks.targets import PRODUCT, Running

Found = dict[str, Any]

TABLES = """
SELECT relname, pg_relation_size(relid), pg_indexes_size(relid),
    pg_total_relation_size(relid) - pg_relation_size(relid) - pg_indexes_size(relid)
FROM pg_stat_user_tables
"""


def measure_storage(ground: Ground, size: Size) -> Found:
    """Bytes that a message takes for good, after a vacuum, by table; conversations are the same before and after."""
    burst, times = max(size.bursts), size.messages // max(size.bursts) * 3
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        plan = running.cast(visitors=burst, dashboards=1)
        before, rows_before = tables(watch), rows(running)
        wal = watch.look()
        drive(running, "bursts", plan | {"bursts": times, "pause_ms": 5, "warm_ups": 0}, when_open=lambda: None)
        time.sleep(size.settle_seconds * 5)  # the worker takes the words in, and Postgres has counted
        used = watch.look().since(wal)
        after, messages, rows_after = tables(watch), burst * times, rows(running)
    grown = {name: [new - old for new, old in zip(after[name], before[name], strict=True)] for name in after}
    each = {name: [round(one / messages, 1) for one in sizes] for name, sizes in grown.items() if any(sizes)}
    totals = [sum(sizes[place] for sizes in grown.values()) / messages for place in range(3)]
    counts = used.each(messages).counts
    return {
        "messages": messages,
        "bytes": dict(zip(("heap", "indexes", "toast_and_maps"), (round(one, 1) for one in totals), strict=True)),
        "tables": each,
        "wal_bytes": round(counts["wal_bytes"], 1),
        "rows_inserted": round((rows_after - rows_before) / messages, 3),
        "rows_updated": round(counts["rows_updated"], 3),
    }


def tables(watch: Watch) -> dict[str, list[int]]:
    watch.connection.execute("VACUUM")
    return {name: sizes for name, *sizes in watch.connection.execute(TABLES)}


def rows(running: Running) -> int:
    """In all tables."""
    with psycopg.connect(running.environment["DATABASE_URL"]) as connection:
        names = [name for name, *_ in connection.execute(TABLES)]
        counts = [sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)) for name in names]
        return sum(int(one[0]) for one in connection.execute(sql.SQL(" UNION ALL ").join(counts)))
