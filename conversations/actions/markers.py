"""How far each side has received and read. Markers only grow, so many can be written in one statement.

A reader's marks are told at most once a second; the first of a burst goes at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from conversations.events import MarkersMoved
from conversations.subscribers.live import publish_soon
from foundation.batching import Batches
from foundation.db import hot_pool
from foundation.logs import log

logger = log(__name__)
PAUSE = 1.0  # seconds between two frames about one reader
Side = Literal["visitor", "staff"]


@dataclass(frozen=True, slots=True)
class Mark:
    """`side` has received everything up to `delivered` and read everything up to `read` (revs; 0: unchanged)."""

    conversation_id: UUID
    side: Side
    delivered: int
    read: int


async def mark(conversation_id: UUID, side: Side, *, delivered: int = 0, read: int = 0) -> None:
    """Move the markers now. Smaller ones than those stored change nothing; larger ones than the last rev are cut."""
    await _batches.call(Mark(conversation_id, side, max(delivered, read), read))


def mark_soon(conversation_id: UUID | str, side: Side, *, delivered: int = 0, read: int = 0) -> None:
    """The same without waiting: at once when this reader was quiet, else together with what comes within a second."""
    key = (asyncio.get_running_loop(), str(conversation_id), side)
    waiting = _waiting.get(key)
    if waiting is not None and waiting.delivered >= delivered and waiting.delivered >= read and waiting.read >= read:
        return  # as of the second dashboard of many that get a message
    _waiting[key] = Mark(
        UUID(key[1]),
        side,
        max(delivered, read, waiting.delivered if waiting else 0),
        max(read, waiting.read if waiting else 0),
    )
    if key not in _writers:
        _writers[key] = asyncio.create_task(_write(key))


UPDATE = """
WITH mark AS (
    SELECT conversation, side, max(delivered) AS delivered, max(read) AS read
    FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::int[]) AS t (conversation, side, delivered, read) GROUP BY 1, 2
), locked AS (
    SELECT c.id, c.rev, c.visitor_rev FROM conversations_conversation c
    WHERE c.id IN (SELECT conversation FROM mark) ORDER BY c.id FOR NO KEY UPDATE
), moved AS (
    SELECT l.id,
           least(coalesce(max(delivered) FILTER (WHERE side = 'visitor'), 0), l.visitor_rev) AS visitor_delivered,
           least(coalesce(max(read) FILTER (WHERE side = 'visitor'), 0), l.visitor_rev) AS visitor_read,
           least(coalesce(max(delivered) FILTER (WHERE side = 'staff'), 0), l.rev) AS staff_delivered,
           least(coalesce(max(read) FILTER (WHERE side = 'staff'), 0), l.rev) AS staff_read
    FROM locked l JOIN mark ON mark.conversation = l.id GROUP BY l.id, l.rev, l.visitor_rev
)
UPDATE conversations_conversation c SET
    visitor_delivered_rev = greatest(c.visitor_delivered_rev, visitor_delivered),
    visitor_read_rev = greatest(c.visitor_read_rev, visitor_read),
    staff_delivered_rev = greatest(c.staff_delivered_rev, staff_delivered),
    staff_read_rev = greatest(c.staff_read_rev, staff_read),
    unread_count = CASE WHEN staff_read <= c.staff_read_rev THEN c.unread_count ELSE (
        SELECT count(*) FROM conversations_entry e
        WHERE e.conversation_id = c.id AND e.seq > staff_read AND e.role = 'user' AND e.kind = 'message') END,
    visitor_unread_count = CASE WHEN visitor_read <= c.visitor_read_rev THEN c.visitor_unread_count ELSE (
        SELECT count(*) FROM conversations_entry e
        WHERE e.conversation_id = c.id AND e.seq > visitor_read AND e.role <> 'user' AND e.kind = 'message'
          AND e.audience = 'everyone') END,
    updated_at = CASE WHEN staff_read > c.staff_read_rev OR visitor_read > c.visitor_read_rev
                      THEN clock_timestamp() ELSE c.updated_at END
FROM moved WHERE c.id = moved.id
  AND (visitor_delivered > c.visitor_delivered_rev OR visitor_read > c.visitor_read_rev
       OR staff_delivered > c.staff_delivered_rev OR staff_read > c.staff_read_rev)
RETURNING c.id, c.website_id, c.visitor_delivered_rev, c.visitor_read_rev, c.staff_delivered_rev, c.staff_read_rev,
    c.visitor_rev
"""


async def _mark_batch(marks: list[Mark]) -> Sequence[None]:
    columns = (
        [one.conversation_id for one in marks],
        [one.side for one in marks],
        [one.delivered for one in marks],
        [one.read for one in marks],
    )
    pool = await hot_pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(UPDATE, columns)
        moved = {row[0]: row[1:] for row in await cursor.fetchall()}
    sides = dict.fromkeys((one.conversation_id, one.side) for one in marks)
    _tell([_event(conversation, side, moved[conversation]) for conversation, side in sides if conversation in moved])
    return [None for _ in marks]


def _event(conversation_id: UUID, side: Side, moved: tuple[int, ...]) -> MarkersMoved:
    website_id, *markers, visitor_rev = moved
    delivered, read = markers[:2] if side == "visitor" else markers[2:]
    return MarkersMoved(conversation_id, website_id, side, delivered, read, visitor_rev)


def _tell(happened: list[MarkersMoved]) -> None:
    """At once about readers who were quiet, else when their second is over: the last of what happened in it."""
    loop, quiet = asyncio.get_running_loop(), []
    for event in happened:
        key = (loop, str(event.conversation_id), event.reader)
        if key not in _held_back:
            quiet.append(event)
            loop.call_later(PAUSE, _tell_rest, key)
        _held_back[key] = None if key not in _held_back else event
    if quiet:
        publish_soon(quiet)


def _tell_rest(key: Key) -> None:
    event = _held_back.pop(key)
    if event is not None:
        _tell([event])


async def _write(key: Key) -> None:
    try:
        while (waiting := _waiting.pop(key, None)) is not None:
            await _batches.call(waiting)
            await asyncio.sleep(PAUSE)
    except Exception as error:
        logger.warning("markers not stored", conversation=key[1], error=repr(error))
    finally:
        _waiting.pop(key, None)
        _writers.pop(key, None)


Key = tuple[asyncio.AbstractEventLoop, str, Side]
_waiting: dict[Key, Mark] = {}
_held_back: dict[Key, MarkersMoved | None] = {}  # readers whose second is not over, with what is to be told then
_writers: dict[Key, asyncio.Task[None]] = {}
_batches: Batches[Mark, None] = Batches(_mark_batch)
