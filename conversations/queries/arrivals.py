"""The conversation of a visitor whose socket comes in: many at once are one query. Primary key of Conversation.

After a restart everybody comes at once, and a query each was most of what that cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import psycopg
from django.db import DatabaseError

from accounts.actors import VisitorActor
from conversations.errors import NotFound
from conversations.models import Conversation
from conversations.queries.states import with_relations
from conversations.rows import ConversationRow
from foundation.batching import Batches
from foundation.db import db


async def conversation_of_visitor(actor: VisitorActor, conversation_id: UUID) -> ConversationRow:
    """As it is now, to be read only: sockets may share it. Raises NotFound when it is not this visitor's."""
    row = await _batches.call(conversation_id)
    if row is None or row.state.visitor_id != actor.visitor_id or row.website_id != actor.website_id:
        raise NotFound
    return row


async def _read(conversation_ids: list[UUID]) -> Sequence[ConversationRow | Exception | None]:
    try:
        found = await db(_find, set(conversation_ids))
    except (DatabaseError, psycopg.Error) as error:  # the same for each of them, and not each after the other
        return [error for _ in conversation_ids]
    return [found.get(one) for one in conversation_ids]


def _find(conversation_ids: set[UUID]) -> dict[UUID, ConversationRow]:
    conversations = with_relations(Conversation.objects.for_system()).filter(pk__in=conversation_ids)
    return {one.pk: ConversationRow(one) for one in conversations}


_batches: Batches[UUID, ConversationRow | None] = Batches(_read)
