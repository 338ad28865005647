"""Words for search, by the worker and some seconds late: what has none yet is searched as it is (queries/search.py)."""

from __future__ import annotations

import asyncio
import time

from django.db import connection, transaction

from conversations.models import Entry
from foundation.db import db

MOST = 5000  # entries a round, some 0.2 s
PAUSE = 2.0  # seconds between rounds
SHARE = 0.1  # of the time at most, so that a rush of messages is served first and indexed afterwards

# An entry bears the time of its own statement, so whatever is still to be committed was made by one that goes on now,
# or began within the last second and does not show yet. Readers count for a minute only (a statement has 15 s).
HORIZON = """
SELECT least(min(xact_start), clock_timestamp() - interval '1 second') FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '1 minute')
"""
ROUND = """
SELECT max(created_at), count(*) FROM (
    SELECT created_at FROM conversations_entry WHERE created_at > %(since)s AND created_at <= %(horizon)s
    ORDER BY created_at LIMIT %(most)s
) AS due
"""
# All that bear the last moment of a round belong to it, however many.
FILL = """
INSERT INTO conversations_entrywords (entry_id, website_id, words)
SELECT id, website_id, conversations_words(website_id, content) FROM conversations_entry
WHERE created_at > %(since)s AND created_at <= %(until)s AND kind <> 'activity'
ON CONFLICT (entry_id) DO NOTHING
"""
WRITE = """
INSERT INTO conversations_entrywords (entry_id, website_id, words)
VALUES (%(entry)s, %(website)s, conversations_words(%(website)s, %(content)s))
ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words
"""


def write_words(entry: Entry) -> None:
    """In the transaction of a change: a round that read the text as it was waits for it, or is overwritten."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"entry": entry.pk, "website": entry.website_id, "content": entry.content})


async def index_for_ever() -> None:
    """Round after round, until cancelled. Raises what the database raises."""
    while True:
        began = time.monotonic()
        full = await db(index_entries) >= MOST
        took = time.monotonic() - began
        await asyncio.sleep(max(took / SHARE - took, 0 if full else PAUSE))


@transaction.atomic
def index_entries(most: int = MOST) -> int:
    """One round; how many entries it went through. None, too, where another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexed_until FROM conversations_searchprogress FOR UPDATE SKIP LOCKED")
        progress = cursor.fetchone()
        if progress is None:
            return 0
        cursor.execute(HORIZON)
        span = {"since": progress[0], "horizon": cursor.fetchone()[0], "most": most}
        cursor.execute(ROUND, span)
        span["until"], count = cursor.fetchone()
        if count:
            cursor.execute(FILL, span)
            cursor.execute("UPDATE conversations_searchprogress SET indexed_until = %(until)s", span)
    return int(count)
