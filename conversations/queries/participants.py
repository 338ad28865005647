"""Who of the staff takes part in conversations: asked only when their website's dashboards cannot be told together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID

from accounts.actors import staff_actor
from conversations.cards import cards_of
from conversations.models import Conversation, Entry
from foundation.db import db
from foundation.redis import RedisError

PATIENCE = 0.5  # seconds that the question who looks where may take
Concerned = dict[UUID, set[int]]  # users by conversation


async def participants(conversation_ids: Iterable[UUID]) -> Concerned:
    """Whose it is, who wrote in it, and who looks at it now, as far as they may see it. Raises a database error."""
    websites = await db(_websites, set(conversation_ids))
    found: Concerned = {one: set() for one in websites}
    for website_id in set(websites.values()):
        for conversation_id, user_id in await _viewers(website_id):
            if websites.get(conversation_id) == website_id:
                found[conversation_id].add(user_id)
    return await db(_with_writers, found, websites)


def _websites(conversation_ids: set[UUID]) -> dict[UUID, int]:
    """Primary key of Conversation."""
    conversations = Conversation.objects.for_system().filter(pk__in=conversation_ids)
    return dict(conversations.values_list("pk", "website_id"))


async def _viewers(website_id: int) -> list[tuple[UUID, int]]:
    try:
        async with asyncio.timeout(PATIENCE):
            cards = await cards_of(website_id)
    except (RedisError, TimeoutError):
        return []
    return [(UUID(card["viewing"]), card["id"]) for card in cards if card["viewing"]]


def _with_writers(viewers: Concerned, websites: dict[UUID, int]) -> Concerned:
    """Index of Entry: the unique constraint (conversation, seq)."""
    found = {one: set(users) for one, users in viewers.items()}
    conversations = Conversation.objects.for_system().filter(pk__in=websites, assignee__isnull=False)
    for conversation_id, user_id in conversations.values_list("pk", "assignee_id"):
        found[conversation_id].add(user_id)
    entries = Entry.objects.for_system().filter(conversation__in=list(websites), author__isnull=False)
    for conversation_id, user_id in entries.order_by().values_list("conversation_id", "author_id").distinct():
        found[conversation_id].add(user_id)
    sees = {user_id: _websites_seen_by(user_id) for user_id in set().union(*found.values())}
    return {one: {user for user in users if websites[one] in sees[user]} for one, users in found.items()}


def _websites_seen_by(user_id: int) -> set[int]:
    actor = staff_actor(user_id)
    return set(actor.websites) if actor else set()
