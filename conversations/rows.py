"""What a timeline and a conversation consist of, as plain values: made from the database, read by audiences.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actors import Staff
from accounts.models import User, Website
from conversations.models import Conversation, Entry


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote something: a person of the staff, or the assistant (no ids, the website's name and picture for it)."""

    name: str
    user_id: int | None = None
    public_id: UUID | None = None
    avatar_url: str = ""

    @classmethod
    def of_staff(cls, actor: Staff) -> Writer:
        return cls(actor.name, actor.user_id, actor.public_id, actor.avatar_url)

    @classmethod
    def of_user(cls, user: User) -> Writer:
        return cls(user.shown_name, user.pk, user.public_id, user.avatar_url)

    @classmethod
    def of_assistant(cls, website: Website) -> Writer:
        return cls(website.assistant_name, avatar_url=website.avatar_url)


@dataclass(slots=True)  # a frozen one takes three times as long to make, and there is one for each message
class EntryRow:
    """An entry of the timeline."""

    id: UUID
    conversation_id: UUID
    website_id: int
    seq: int
    rev: int
    kind: str
    role: str
    audience: str
    content: str
    created_at: datetime
    client_id: UUID | None = None
    is_manual: bool = False
    sources: list[dict[str, str]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False
    author: Writer | None = None

    @property
    def for_everyone(self) -> bool:
        return self.audience == "everyone"

    @classmethod
    def of(cls, entry: Entry, assistant: Writer | None = None) -> EntryRow:
        """From the model, with `author` selected; `assistant`: who wrote what nobody of the staff did."""
        author = Writer.of_user(entry.author) if entry.author is not None else None
        return cls.of_columns([getattr(entry, name) for name in ENTRY_COLUMNS], author, assistant)

    @classmethod
    def of_columns(cls, columns: Sequence[Any], author: Writer | None, assistant: Writer | None) -> EntryRow:
        """From the values of `ENTRY_COLUMNS`."""
        row = cls(*columns)
        if author is None and row.role == Entry.Role.ASSISTANT:
            author = Writer("Support") if row.is_manual else assistant
        row.author = author
        return row


ENTRY_COLUMNS = tuple(one.name for one in fields(EntryRow) if one.name != "author")


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation's state at one moment, with what else its two forms show."""

    state: Conversation  # with visitor, website and assignee selected

    @property
    def id(self) -> UUID:
        return self.state.pk

    @property
    def website_id(self) -> int:
        return self.state.website_id

    @property
    def agent(self) -> Writer | None:
        return Writer.of_user(self.state.assignee) if self.state.assignee else None

    @property
    def rating(self) -> dict[str, Any] | None:
        if self.state.rating_score is None:
            return None
        return {"score": self.state.rating_score, "comment": self.state.rating_comment}
