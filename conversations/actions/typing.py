"""Who is typing. Never stored; a reader forgets it by itself after a few seconds."""

from __future__ import annotations

from uuid import UUID

from accounts.actors import Staff
from conversations.events import TypingSeen
from conversations.rows import Writer
from conversations.subscribers.live import publish_soon


async def show_visitor_typing(
    conversation_id: UUID, website_id: int, is_typing: bool, draft: str | None = None, origin: str = ""
) -> None:
    """Tell the website's staff. `draft` only where the website turned that on."""
    publish_soon([TypingSeen(conversation_id, website_id, "visitor", is_typing, draft=draft, origin=origin)])


async def show_agent_typing(
    actor: Staff, conversation_id: UUID, website_id: int, is_typing: bool, origin: str = ""
) -> None:
    """Tell the visitor and the colleagues."""
    author = Writer.of_staff(actor)
    publish_soon([TypingSeen(conversation_id, website_id, "agent", is_typing, author, origin=origin)])
