"""Who answers: the AI or people. The row says so, and every AI write is held against it."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.actors import Staff, VisitorActor
from conversations.actions.assignments import assign_soon
from conversations.actions.changes import Activity, Change, change, end_reply
from conversations.actions.replies import cancel_reply, defer_answer
from conversations.errors import AssistantOff, NotFound, Stale
from conversations.models import Conversation
from conversations.presence import is_available
from conversations.queries.states import conversation_for
from conversations.queries.websites import website_of
from conversations.rows import ConversationRow, Writer
from conversations.spoken import translator_of
from foundation.db import db

COMING = gettext_noop("Thanks, we have told the team. Somebody will be with you here shortly.")
NOBODY_HERE = gettext_noop(
    "Nobody from the team is online right now. Leave your question here, with your e-mail address if you like, "
    "and somebody will get back to you."
)
NOBODY_HERE_BUT_KNOWN = gettext_noop(
    "Nobody from the team is online right now. Leave your question here, "
    "and somebody will write to your e-mail address."
)


async def take_over(actor: Staff, conversation_id: UUID) -> ConversationRow:
    """From now on a person answers; what the AI is writing is cancelled. Raises NotFound."""

    def rule(conversation: Conversation) -> Change | None:
        if conversation.handled_by == Conversation.HandledBy.HUMAN and conversation.assignee_id is not None:
            return None
        conversation.handled_by = Conversation.HandledBy.HUMAN
        conversation.assignee_id = conversation.assignee_id or actor.user_id
        conversation.asks_email = False
        end_reply(conversation)
        gettext = translator_of(conversation)
        line = gettext("{name} joined the conversation.").format(name=actor.name)
        return Change(Activity(line, for_everyone=True), for_visitor=True)

    return await change(conversation_id, rule, actor=actor, author=Writer.of_staff(actor))


async def hand_back(actor: Staff, conversation_id: UUID) -> ConversationRow:
    """From now on the AI answers again, at once if a question is open. Raises NotFound or AssistantOff."""

    def rule(conversation: Conversation) -> Change | None:
        if conversation.handled_by == Conversation.HandledBy.AI:
            return None
        if not conversation.website.ai_enabled:
            raise AssistantOff
        conversation.handled_by = Conversation.HandledBy.AI
        conversation.assignee_id = conversation.waiting_since = None
        conversation.asks_email = False
        conversation.handed_back_rev = conversation.rev + 1
        end_reply(conversation)
        defer_answer(conversation)
        gettext = translator_of(conversation)
        line = gettext("The assistant is answering again.")
        return Change(Activity(line, for_everyone=True), for_visitor=True)

    return await change(conversation_id, rule, actor=actor, author=Writer.of_staff(actor))


async def request_human(
    conversation_id: UUID,
    reason: str,
    *,
    actor: VisitorActor | None = None,
    by_answer: tuple[UUID, int] | None = None,
) -> ConversationRow:
    """Hand over to people, and tell the visitor in the system's words what happens next. Asked twice, it is done once.

    `reason` is for the staff, as in "the visitor asked for a person". An answer of the AI that ends so gives its id
    and the epoch it began in. Raises NotFound, and Stale when that answer is no longer wanted.
    """
    website_id = await website_of(conversation_id)
    if website_id is None:
        raise NotFound
    is_somebody_there = await is_available(website_id)

    def rule(conversation: Conversation) -> Change | None:
        if by_answer is not None and by_answer != (conversation.reply_id, conversation.takeover_epoch):
            raise Stale
        if conversation.handled_by == Conversation.HandledBy.HUMAN:
            return None
        conversation.handled_by = Conversation.HandledBy.HUMAN
        conversation.waiting_since = conversation.waiting_since or timezone.now()
        conversation.asks_email = not is_somebody_there and not conversation.visitor.email
        end_reply(conversation)
        gettext = translator_of(conversation)
        text = COMING if is_somebody_there else NOBODY_HERE if conversation.asks_email else NOBODY_HERE_BUT_KNOWN
        line = Activity(f"Handed over to people: {reason}.")
        return Change(line, for_visitor=True, says=gettext(text), asks_for_people=True)

    row = await change(conversation_id, rule, actor=actor, author=None)
    assign_soon([website_id])
    return row


async def stop_reply(actor: Staff | VisitorActor, conversation_id: UUID) -> None:
    """Stop the answer that the AI is writing, if there is one. Raises NotFound."""
    await db(conversation_for, actor, conversation_id)
    await cancel_reply(conversation_id, None, "stopped")
