"""Up to which moment a list by change is complete: what lets a program that polls miss nothing.

A row carries the moment of its change, but is seen only when its transaction commits, which may be later than that of a
row with a younger moment. So a program must not go on from the youngest row that it has seen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

# Between the clocks of web servers and of Postgres, and between looking at a clock and beginning a transaction.
LEEWAY = timedelta(seconds=10)
# Statements of all processes run under one role, which sees its own transactions.
OLDEST = """
SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def synced_until() -> datetime:
    """Ask before reading: no change from before this moment can appear any more."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        moment: datetime = cursor.fetchone()[0]
    return moment - LEEWAY
