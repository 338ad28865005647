"""Facts that a website's page gives about a visitor or a conversation: kept for the staff, believed by nobody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.actors import VisitorActor
from conversations.actions.changes import Change, change, fields
from conversations.errors import Invalid
from conversations.models import Conversation
from widget.api.bodies import can_be_kept


async def describe(actor: VisitorActor, conversation_id: UUID, given: dict[str, Any]) -> None:
    """Add facts to a conversation. Raises NotFound, or Invalid when there are too many."""

    def rule(conversation: Conversation) -> Change | None:
        changed = fields(conversation, attributes=merged(conversation.attributes, given))
        return Change(None, for_visitor=False) if changed else None

    await change(conversation_id, rule, actor=actor, author=None)


def merged(known: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Newer facts take the place of older ones, and null takes one away. Raises Invalid when there are too many."""
    together = {name: value for name, value in {**known, **given}.items() if value is not None}
    try:
        return can_be_kept(together)
    except ValueError as error:
        raise Invalid(f"attributes: {error}") from None
