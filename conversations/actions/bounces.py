"""Mail to a visitor's address came back, or was refused for good: nothing more is sent there."""

from __future__ import annotations

from uuid import UUID

from conversations.actions.changes import Activity, Change, change
from conversations.models import Conversation, Visitor
from foundation.db import db


async def stop_writing_to(conversation_id: UUID) -> None:
    """Until the visitor gives another address. The staff is told in the conversation, once."""
    if await db(_note, conversation_id):
        line = Activity("Mail to the visitor's address came back. No more is sent there.")
        await change(conversation_id, lambda _: Change(line, for_visitor=False), actor=None, author=None)


def _note(conversation_id: UUID) -> bool:
    found = Conversation.objects.for_system().select_related("visitor").filter(pk=conversation_id).first()
    if found is None or not found.visitor.email or found.visitor.bounced_email == found.visitor.email:
        return False
    email = found.visitor.email
    return bool(Visitor.objects.for_system().filter(pk=found.visitor_id, email=email).update(bounced_email=email))
