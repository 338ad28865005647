"""What those hear who follow a website from above the core, in the transaction of the change: see table.py."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from conversations.events import ConversationChanged, EntryChanged
from conversations.models import Conversation


@dataclass(frozen=True, slots=True)
class Before:
    """Of a conversation, before a change."""

    status: str
    handled_by: str
    rating_score: int | None = None
    rating_comment: str = ""

    @classmethod
    def of(cls, one: Conversation) -> Before:
        return cls(one.status, one.handled_by, one.rating_score, one.rating_comment)


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation begins."""

    website_id: int
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class Changed:
    """The state changed. `asks_for_people`: the AI or the visitor has asked for somebody of the staff."""

    event: ConversationChanged
    before: Before
    asks_for_people: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """An entry was edited or deleted."""

    event: EntryChanged


@dataclass(frozen=True, slots=True)
class Identified:
    """The website, or the visitor, has said who the visitor is."""

    website_id: int
    visitor_id: UUID


Fact = Opened | Changed | Edited | Identified
