"""What happened. Actions publish events after their change is committed; subscribers/table.py says who hears them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from conversations import audiences, protocol
from conversations.rows import ConversationRow, EntryRow, Writer
from foundation.logs import Ids


@dataclass(slots=True)
class MessagePosted:
    """An entry was stored. `visitor_prev` is the visitors' change before it; the staff's is always seq - 1.

    A resend is answered with the same numbers, although the entry may have changed since and have a later `rev`.

    `origin` is the channel of the socket it came from, which is answered directly; `asked_by` is for the log.
    """

    entry: EntryRow
    visitor_prev: int
    epoch: int
    origin: str = ""
    asked_by: Ids = field(default_factory=dict)
    _staff: str = ""
    _visitor: str = ""

    def for_staff(self) -> str:
        """The frame's text; encoded once, for the sender and for everybody else."""
        if not self._staff:
            message = audiences.message_for_staff(self.entry)
            self._staff = self._encode(message, self.entry.seq - 1)
        return self._staff

    def for_visitor(self) -> str:
        if self.entry.author is None and self.entry.for_everyone and self.visitor_prev == self.entry.seq - 1:
            return self.for_staff()  # the same text: nobody to name, and nothing private in between
        if not self._visitor:
            message = audiences.message_for_visitor(self.entry)
            self._visitor = self._encode(message, self.visitor_prev)
        return self._visitor

    def _encode(self, message: protocol.Message, prev: int) -> str:
        entry = self.entry
        return protocol.encode(
            protocol.NewMessage(
                conversation_id=entry.conversation_id,
                website_id=entry.website_id,
                rev=entry.seq,
                prev=prev,
                message=message,
            )
        )


@dataclass(slots=True)
class EntryChanged:
    """An entry was edited or deleted, at `entry.rev`."""

    entry: EntryRow
    visitor_prev: int


@dataclass(slots=True)
class ConversationChanged:
    """The state changed at `rev`; with `for_visitor` the visitor may see it. `activity` is its entry, if any."""

    row: ConversationRow
    rev: int
    prev: int
    visitor_prev: int
    for_visitor: bool
    activity: EntryRow | None = None


@dataclass(slots=True)
class ReplyWritten:
    """The AI wrote a bit more: the whole text so far."""

    conversation_id: UUID
    website_id: int
    message_id: UUID
    epoch: int
    index: int
    content: str


@dataclass(slots=True)
class ReplyDropped:
    """The answer being written will not come."""

    conversation_id: UUID
    website_id: int
    message_id: UUID
    reason: protocol.CancelReason


@dataclass(slots=True)
class TypingSeen:
    """Somebody types, or stopped."""

    conversation_id: UUID
    website_id: int
    by: Literal["visitor", "agent", "assistant"]
    is_typing: bool
    author: Writer | None = None
    draft: str | None = None
    epoch: int = -1  # of the AI; people have none
    origin: str = ""


@dataclass(slots=True)
class MarkersMoved:
    """One side has received or read more."""

    conversation_id: UUID
    website_id: int
    reader: Literal["visitor", "staff"]
    delivered_rev: int
    read_rev: int
    visitor_rev: int  # the visitor is told of nothing beyond it


@dataclass(slots=True)
class PresenceChanged:
    """Somebody of the staff came, went, or looks elsewhere."""

    website_id: int
    staff: list[protocol.Colleague]
    available: bool  # somebody of them is not away, within the website's hours


@dataclass(slots=True)
class AvailabilityChanged:
    """Somebody of the staff is away from now on, or back: everywhere, or on some websites."""

    user_id: int
    is_away: bool
    away_from: list[int]


@dataclass(slots=True)
class VisitorMoved:
    """A visitor who has a conversation has opened another page of the website."""

    row: ConversationRow


@dataclass(slots=True)
class RightsChanged:
    """Somebody of the staff may see these websites from now on; None: they may not come in any more."""

    user_id: int
    websites: dict[int, str] | None


@dataclass(slots=True)
class SessionsEnded:
    """These log-ins of a person's browsers are over: whoever sits there goes."""

    user_id: int
    session_ids: list[int]


@dataclass(slots=True)
class WebsiteClosed:
    """A website was switched off or deleted: nobody chats there any more."""

    website_id: int


@dataclass(slots=True)
class VisitorBlocked:
    """A visitor may not write any more; these are their conversations."""

    conversation_ids: list[UUID]


@dataclass(slots=True)
class ConversationsRemoved:
    """These conversations of a website are no more: their visitor was erased, or they were kept long enough."""

    website_id: int
    conversation_ids: list[UUID]


@dataclass(slots=True)
class Mentioned:
    """A note calls somebody of the staff."""

    entry: EntryRow
    user_id: int


Event = (
    MessagePosted
    | EntryChanged
    | ConversationChanged
    | ReplyWritten
    | ReplyDropped
    | TypingSeen
    | MarkersMoved
    | PresenceChanged
    | VisitorMoved
    | VisitorBlocked
    | ConversationsRemoved
    | Mentioned
    | AvailabilityChanged
    | RightsChanged
    | SessionsEnded
    | WebsiteClosed
)
