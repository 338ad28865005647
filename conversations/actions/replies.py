"""The AI's way into a conversation. Every write is conditional on the epoch it started from and on being the one reply.

`conversation.reply_id` names the answer being written, so there is at most one, and whoever ends it (a person taking
over, a stop, a newer question) can say which one ended, without asking the worker that writes it.
"""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from django.db import connection

from conversations.errors import NotFound, Stale
from conversations.events import ReplyDropped, ReplyWritten, TypingSeen
from conversations.models import Conversation, Entry
from conversations.protocol import CancelReason
from conversations.queries.websites import assistant_of, website_of
from conversations.subscribers.live import publish
from conversations.subscribers.table import DURABLE
from foundation.db import hot_pool

BEGIN = """
WITH old AS (SELECT id, reply_id FROM conversations_conversation WHERE id = %(id)s FOR NO KEY UPDATE)
UPDATE conversations_conversation c SET reply_id = %(reply)s FROM old
WHERE c.id = old.id AND c.takeover_epoch = %(epoch)s AND c.handled_by = 'ai' AND c.status <> 'resolved'
RETURNING c.website_id, old.reply_id
"""
DEFER = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW(%s, %s, 0, NULL, NULL, %s::jsonb, NULL)::procrastinate_job_to_defer_v1])
"""
CANCEL = """
WITH old AS (SELECT id, reply_id FROM conversations_conversation WHERE id = %(id)s FOR NO KEY UPDATE)
UPDATE conversations_conversation c SET reply_id = NULL FROM old
WHERE c.id = old.id AND old.reply_id IS NOT NULL AND old.reply_id = coalesce(%(reply)s::uuid, old.reply_id)
RETURNING c.website_id, old.reply_id
"""


async def begin_reply(conversation_id: UUID, epoch: int) -> UUID:
    """The id of the answer to come; one that was being written is superseded. Raises Stale when a person took over."""
    message_id = uuid4()
    found = await _one(BEGIN, {"id": conversation_id, "reply": message_id, "epoch": epoch})
    if found is None:
        raise Stale
    website_id, superseded = found
    if superseded is not None:
        await publish(ReplyDropped(conversation_id, website_id, superseded, "superseded"))
    return message_id


async def show_chunk(conversation_id: UUID, message_id: UUID, epoch: int, index: int, content: str) -> None:
    """Show how far the answer is: `content` is the whole text so far, `index` counts from 0."""
    website_id = await _website(conversation_id)
    await publish(ReplyWritten(conversation_id, website_id, message_id, epoch, index, content))


async def show_typing(conversation_id: UUID, epoch: int, is_typing: bool) -> None:
    """Show that the assistant is about to answer, or no longer is."""
    website_id = await _website(conversation_id)
    author = await assistant_of(website_id)
    await publish(TypingSeen(conversation_id, website_id, "assistant", is_typing, author, epoch=epoch))


async def cancel_reply(conversation_id: UUID, message_id: UUID | None, reason: CancelReason) -> UUID | None:
    """End the answer being written (only if it is `message_id`, when given); its id, or None when there was none."""
    found = await _one(CANCEL, {"id": conversation_id, "reply": message_id})
    if found is None:
        return None
    website_id, cancelled = found
    await publish(ReplyDropped(conversation_id, website_id, cancelled, reason))
    return cancelled


def defer_answer(conversation: Conversation) -> None:
    """Have the AI answer the visitor's last message, if nobody has; in the caller's transaction."""
    said = Entry.objects.for_system().filter(conversation=conversation.pk, kind=Entry.Kind.MESSAGE)
    last = said.exclude(role=Entry.Role.SYSTEM).order_by("-seq").first()
    if last is None or last.role != Entry.Role.USER:
        return
    arguments = {
        "conversation_id": str(conversation.pk),
        "message_id": str(last.pk),
        "website_id": conversation.website_id,
        "rev": last.rev,
        "epoch": conversation.takeover_epoch,
    }
    with connection.cursor() as cursor:
        for listener in DURABLE:
            if (listener.role, listener.handled_by) == ("user", "ai"):
                cursor.execute(DEFER, [listener.queue, listener.task, json.dumps(arguments)])


async def _one(statement: str, values: dict[str, object]) -> tuple[int, UUID] | None:
    pool = await hot_pool()
    async with pool.connection() as hot:
        cursor = await hot.execute(statement, values)
        return await cursor.fetchone()


async def _website(conversation_id: UUID) -> int:
    website_id = await website_of(conversation_id)
    if website_id is None:
        raise NotFound
    return website_id
