"""Answers that nobody writes any more: their workers died, and nobody took their jobs up, or each died over them.

A visitor must not wait for ever, and what was kept back of a budget must not be lost to the day.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assistant.budgets import budget_of, left_behind
from assistant.models import AssistantSettings, Reply
from assistant.replying.records import close
from assistant.spending import count_abandoned
from conversations.actions.replies import cancel_reply
from conversations.actions.takeovers import request_human
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
MARGIN = 120.0  # seconds beside those of the answer: for storing it, and for another worker to take the job
WHY = "the assistant stopped in the middle of its answer"
MOST = 100  # at once


async def end_abandoned(margin: float = MARGIN) -> int:
    """Hand over where an answer should have ended long ago; how many. For the worker, every so often."""
    await db(count_abandoned, timedelta(seconds=settings.AI_ANSWER_SECONDS + margin))
    due = await db(_due, margin)
    for reply_id, website_id, conversation_id in due:
        if await cancel_reply(conversation_id, reply_id, "failed") is not None:
            await request_human(conversation_id, WHY)
        await db(_close, website_id, reply_id)
        logger.error("[AI] abandoned", conversation=str(conversation_id), message=str(reply_id))
    return len(due)


def _due(margin: float) -> list[tuple[UUID, int, UUID]]:
    """Index one_active_reply_per_conversation, which holds only the active ones."""
    before = timezone.now() - timedelta(seconds=settings.AI_ANSWER_SECONDS + margin)
    old = Reply.objects.for_system().filter(state=Reply.State.ACTIVE, began_at__lt=before)
    return list(old.values_list("pk", "website_id", "conversation_id")[:MOST])


@transaction.atomic
def _close(website_id: int, reply_id: UUID) -> None:
    active = Reply.objects.for_website(website_id).filter(pk=reply_id, state=Reply.State.ACTIVE)
    reply = active.select_for_update().first()
    if reply is None:
        return
    reply.failure = WHY
    chosen = AssistantSettings.objects.for_website(website_id).first() or AssistantSettings(website_id=website_id)
    close(reply, Reply.State.FAILED, budget_of(chosen), left_behind(reply.reserved_tokens, reply.partial))
