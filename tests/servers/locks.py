"""Whether somebody waits for a lock in this process' database."""

from __future__ import annotations

import time

from django.db import connection

PATIENCE = 20.0  # seconds
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_for_locks(number: int) -> None:
    """Return as soon as `number` connections wait; asked from within the transaction that they wait for."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw before
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= number:
                return
            assert time.monotonic() < deadline
            time.sleep(0.02)
