"""What was said, for whoever helps to write: without notes, which are nobody's business outside."""

from __future__ import annotations

from uuid import UUID

from assistant.providers.base import Speaker, Turn
from conversations.models import Entry
from conversations.queries.timeline import history_since_resolve

MOST_TURNS = 60


def turns_of(conversation_id: UUID) -> list[Turn]:
    """Since the last resolve, oldest first."""
    said = history_since_resolve(conversation_id, MOST_TURNS)
    return [Turn(_speaker(role, is_manual), content) for role, is_manual, content in said]


def _speaker(role: str, is_manual: bool) -> Speaker:
    if role == Entry.Role.USER:
        return "visitor"
    if role == Entry.Role.ASSISTANT:
        return "staff" if is_manual else "assistant"
    return "system"
