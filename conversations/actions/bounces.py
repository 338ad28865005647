"""Mail to a visitor's address came back, or was refused for good: nothing more is sent there."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from conversations.actions.changes import Activity, Change, change
from conversations.models import Conversation, Visitor
from foundation.db import db


async def stop_writing_to(conversation_id: UUID, came_back: Collection[str]) -> bool:
    """Until the visitor gives another address. The staff is told in the conversation, once.

    `came_back`: from which addresses. False where the visitor's is none of them: they have given another one since.
    """
    is_news = await db(_note, conversation_id, {one.lower() for one in came_back})
    if is_news:
        line = Activity("Mail to the visitor's address came back. No more is sent there.")
        await change(conversation_id, lambda _: Change(line, for_visitor=False), actor=None, author=None)
    return is_news is not None


def _note(conversation_id: UUID, came_back: set[str]) -> bool | None:
    """Whether that is news; None where it is not about the address they have now."""
    found = Conversation.objects.for_system().select_related("visitor").filter(pk=conversation_id).first()
    if found is None or found.visitor.email.lower() not in came_back:
        return None
    email = found.visitor.email
    theirs = Visitor.objects.for_system().filter(pk=found.visitor_id, email=email).exclude(bounced_email=email)
    return bool(theirs.update(bounced_email=email))
