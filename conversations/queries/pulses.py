"""Where conversations stand, for heartbeats: many sockets' questions go in one statement. Primary key."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from conversations.protocol import VisitorHeartbeat
from foundation.batching import Batches
from foundation.db import hot_pool

SELECT = """
SELECT c.id, visitor_rev, visitor_read_rev, least(staff_delivered_rev, visitor_rev), least(staff_read_rev, visitor_rev)
FROM conversations_conversation c JOIN accounts_website w ON w.id = c.website_id AND w.is_active
JOIN conversations_visitor v ON v.id = c.visitor_id AND NOT v.is_blocked WHERE c.id = ANY (%s)
"""


async def visitor_pulse(conversation_id: UUID) -> VisitorHeartbeat | None:
    """The heartbeat of a visitor's socket, None when it may not be open any more. Raises a database error."""
    return await _batches.call(conversation_id)


async def _read(conversation_ids: list[UUID]) -> Sequence[VisitorHeartbeat | None]:
    pool = await hot_pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(SELECT, (conversation_ids,))
        found = {row[0]: row[1:] for row in await cursor.fetchall()}
    return [_heartbeat(*found[one]) if one in found else None for one in conversation_ids]


def _heartbeat(rev: int, visitor_read: int, staff_delivered: int, staff_read: int) -> VisitorHeartbeat:
    return VisitorHeartbeat(
        rev=rev, visitor_read_rev=visitor_read, staff_delivered_rev=staff_delivered, staff_read_rev=staff_read
    )


_batches: Batches[UUID, VisitorHeartbeat | None] = Batches(_read)
