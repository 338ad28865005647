"""Small facts about websites, remembered for a minute in this process."""

from __future__ import annotations

import time
from uuid import UUID

from accounts.hours import Hours
from accounts.models import Website
from conversations.models import Conversation
from conversations.rows import Writer
from foundation.db import db

REMEMBER_SECONDS = 60
MOST_CONVERSATIONS = 20_000
_assistants: dict[int, tuple[float, Writer]] = {}
_hours: dict[int, tuple[float, Hours]] = {}
_website_of: dict[UUID, int] = {}


async def assistant_of(website_id: int) -> Writer:
    """Whom the website lets answer by itself. Primary key of Website, once a minute."""
    known = _assistants.get(website_id)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    assistant = await db(_assistant, website_id)
    _assistants[website_id] = (time.monotonic() + REMEMBER_SECONDS, assistant)
    return assistant


async def opening_hours(website_id: int) -> Hours:
    """When its people are there. Primary key of Website, once a minute."""
    known = _hours.get(website_id)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    hours = await db(_opening_hours, website_id)
    _hours[website_id] = (time.monotonic() + REMEMBER_SECONDS, hours)
    return hours


async def website_of(conversation_id: UUID) -> int | None:
    """The website of a conversation, which never changes; None when there is no such conversation. Primary key."""
    website_id = _website_of.get(conversation_id)
    if website_id is None:
        website_id = await db(_find_website, conversation_id)
        if website_id is not None:
            if len(_website_of) >= MOST_CONVERSATIONS:
                _website_of.clear()
            _website_of[conversation_id] = website_id
    return website_id


def _assistant(website_id: int) -> Writer:
    found = Website.objects.filter(pk=website_id).only("assistant_name", "avatar_url").first()
    return Writer.of_assistant(found or Website())


def _opening_hours(website_id: int) -> Hours:
    found = Website.objects.filter(pk=website_id).only("hours").first()
    return found.opening_hours if found else Hours()


def _find_website(conversation_id: UUID) -> int | None:
    found = Conversation.objects.for_system().filter(pk=conversation_id)
    return found.values_list("website_id", flat=True).first()
