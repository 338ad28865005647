"""The conversation of a visitor whose socket comes in: many at once are one query. Primary key of Conversation.

After a restart everybody comes at once, and a query each was most of what that cost. What many of them share, their
website above all, is read once for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import psycopg
from django.db import DatabaseError

from accounts.actors import VisitorActor
from accounts.models import User, Website
from conversations.errors import NotFound
from conversations.models import Conversation
from conversations.rows import ConversationRow
from foundation.batching import Batches
from foundation.db import db

# What a visitor's socket needs and no more: any other field would be read later, by a query in the middle of the loop.
OF_CONVERSATION = (
    "website",
    "assignee",
    "rev",
    "visitor_rev",
    "status",
    "handled_by",
    "takeover_epoch",
    "staff_delivered_rev",
    "staff_read_rev",
    "visitor_read_rev",
    "visitor_unread_count",
    "rating_score",
    "rating_comment",
    "asks_email",
    "visitor__is_blocked",
)
OF_WEBSITE = ("is_active", "hours", "visitor_drafts", "mask_cards")


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
    scoped = Conversation.objects.for_system().filter(pk__in=conversation_ids)
    conversations = list(scoped.select_related("visitor").only(*OF_CONVERSATION))
    websites = Website.with_leaving.only(*OF_WEBSITE).in_bulk({one.website_id for one in conversations})
    assignees = {one.assignee_id for one in conversations if one.assignee_id is not None}
    people = User.objects.in_bulk(assignees) if assignees else {}
    rows: dict[UUID, ConversationRow] = {}
    for one in conversations:
        if one.website_id in websites:  # else it was deleted in this moment
            one.website, one.assignee = websites[one.website_id], people.get(one.assignee_id)
            rows[one.pk] = ConversationRow(one)
    return rows


_batches: Batches[UUID, ConversationRow | None] = Batches(_read)
