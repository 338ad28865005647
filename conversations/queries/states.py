"""The state of conversations, with what its forms for staff and visitors need. Primary key of Conversation."""

from __future__ import annotations

from uuid import UUID

from accounts.actors import Actor
from conversations.errors import NotFound
from conversations.events import ConversationChanged
from conversations.models import Conversation
from conversations.models.scope import ScopedQuerySet
from conversations.rows import ConversationRow


def with_relations(conversations: ScopedQuerySet[Conversation]) -> ScopedQuerySet[Conversation]:
    """Everything the forms show, and the website with its settings, in one query."""
    return conversations.select_related("visitor", "website", "assignee")


def for_list(conversations: ScopedQuerySet[Conversation]) -> ScopedQuerySet[Conversation]:
    """Everything the forms show and no more: a website for each row would be half of a list's time."""
    return conversations.select_related("visitor", "assignee")


def conversation_for(actor: Actor, conversation_id: UUID) -> ConversationRow:
    """The conversation, if this actor may see it; raises NotFound otherwise."""
    found = with_relations(Conversation.objects.for_actor(actor)).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return ConversationRow(found)


def changed_conversation(conversation_id: UUID, rev: int) -> ConversationChanged | None:
    """The event that tells the state as it is now, under the number of the message that led to it.

    Its `prev` is that number as well: whoever has missed the message sees a gap, and not the state in its place.
    """
    found = with_relations(Conversation.objects.for_system()).filter(pk=conversation_id).first()
    if found is None:
        return None
    return ConversationChanged(ConversationRow(found), rev, prev=rev, visitor_prev=rev, for_visitor=True)
