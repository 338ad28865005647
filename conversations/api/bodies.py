"""What the conversations' REST calls take and give. Messages and states have the forms of protocol.py."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from conversations.protocol import (
    Files,
    Message,
    Priority,
    Rev,
    StaffConversation,
    Status,
    Text,
    VisitorConversation,
)

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewMessageBody(Body):
    client_id: UUID
    content: Text
    attachments: Files = []


class StaffMessageBody(NewMessageBody):
    note: bool = False


class EditBody(Body):
    content: Text


class TypingBody(Body):
    is_typing: bool


class ReadBody(Body):
    rev: Rev


class ConversationChanges(Body):
    """What may be set on a conversation; what is left out stays."""

    status: Status | None = None
    assignee: int | None = None
    labels: Annotated[list[Label], Field(max_length=50)] | None = None
    priority: Priority | None = None
    snoozed_until: AwareDatetime | None = None


class PostedForm(Body):
    message: Message
    rev: int


class StaffConversations(Body):
    """`synced_until` where `updated_since` was asked for: give it there the next time, and nothing is missed."""

    results: list[StaffConversation]
    next: str | None
    previous: str | None
    synced_until: datetime | None


class StaffEntries(Body):
    entries: list[Message]
    rev: int
    conversation: StaffConversation
    complete: bool


class VisitorEntries(Body):
    entries: list[Message]
    rev: int
    conversation: VisitorConversation
    complete: bool
