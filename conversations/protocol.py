"""The wire: every command a client may send and every frame it may get, once.

Nothing here touches the database, Django or Channels. docs/asyncapi.json and frontend/shared/protocol.d.ts are written
from this file by `manage.py write_protocol`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import PydanticCustomError

VERSION = 1
MAX_CONTENT = 10_000  # code points
MAX_FILES = 10  # in one message
MAX_FRAME = 64 * 1024  # bytes


def clean_text(value: str) -> str:
    """Refuse what Postgres cannot store. Lone surrogates never come so far: the JSON parser refuses them."""
    if "\x00" in value:
        raise PydanticCustomError("nul", "NUL characters are not allowed")
    if len(value) > MAX_CONTENT:
        raise PydanticCustomError("too_long", "at most 10 000 characters")
    return value


Text = Annotated[str, Field(min_length=1, json_schema_extra={"maxLength": MAX_CONTENT}), AfterValidator(clean_text)]
Files = Annotated[list[UUID], Field(max_length=MAX_FILES)]
Rev = Annotated[int, Field(ge=0, le=2**31 - 1)]
Optional = Field(default=None, exclude_if=lambda value: value is None)


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# --- what both sides talk about ---------------------------------------------------------------------------------------


class Author(Wire):
    """Who wrote an entry. For visitors the id is an opaque public one."""

    id: int | str | None
    name: str
    avatar_url: str | None


class Source(Wire):
    """What an answer rests on."""

    title: str
    url: str


class Attachment(Wire):
    """A file that was sent along. `url` is a path on our server that wants the credentials of who was sent it.

    An image has a `width` and a `height`, in pixels, and may be shown; everything else is only to be saved.
    """

    id: UUID
    name: str
    size: int
    content_type: str
    url: str
    width: int | None
    height: int | None


class Message(Wire):
    """One entry of a conversation's timeline: a message, a note or an activity."""

    id: UUID
    seq: int
    rev: int
    client_id: UUID | None
    kind: Literal["message", "note", "activity"]
    role: Literal["user", "assistant", "system"]
    is_manual: bool
    content: str
    author: Author | None
    timestamp: datetime
    conversation_id: UUID
    attachments: list[Attachment]
    sources: list[Source]
    deleted: bool


class Rating(Wire):
    """What the visitor thought of it."""

    score: int
    comment: str


class VisitorCard(Wire):
    """The visitor as the staff sees them."""

    id: UUID
    name: str
    email: str
    identified: bool
    attributes: dict[str, Any]
    page_url: str
    page_title: str
    referrer: str
    user_agent: str
    first_seen_at: datetime
    last_seen_at: datetime


Status = Literal["open", "snoozed", "resolved"]
HandledBy = Literal["ai", "human"]
Priority = Literal["low", "normal", "high", "urgent"]


class StaffConversation(Wire):
    """A conversation's whole state, for staff."""

    id: UUID
    website_id: int
    rev: int
    status: Status
    handled_by: HandledBy
    assignee: Author | None
    visitor: VisitorCard
    subject: str
    preview: str
    last_message_at: datetime
    message_count: int
    unread_count: int
    visitor_delivered_rev: int
    visitor_read_rev: int
    staff_delivered_rev: int
    staff_read_rev: int
    labels: list[str]
    attributes: dict[str, Any]
    priority: Priority
    rating: Rating | None
    created_at: datetime
    snoozed_until: datetime | None
    waiting_since: datetime | None


class VisitorConversation(Wire):
    """A conversation's whole state, for the visitor."""

    id: UUID
    rev: int
    status: Status
    handled_by: HandledBy
    agent: Author | None
    staff_delivered_rev: int
    staff_read_rev: int
    visitor_read_rev: int
    unread_count: int
    rating: Rating | None
    asks_email: bool


# --- what clients send ------------------------------------------------------------------------------------------------


class Command(Wire):
    """Types are taken as they are: no number from a string, no truth from a 1."""

    model_config = ConfigDict(strict=True)


class ChatMessage(Command):
    """Say something in this conversation."""

    type: Literal["chat_message"] = "chat_message"
    client_id: UUID
    content: Text
    attachments: Files = []


class Typing(Command):
    """Tell the other side that I am typing; never stored."""

    type: Literal["typing"] = "typing"
    is_typing: bool
    draft: Annotated[str, Field(max_length=MAX_CONTENT), AfterValidator(clean_text)] | None = None


class Read(Command):
    """I have seen everything up to this rev."""

    type: Literal["read"] = "read"
    rev: Rev


class Resume(Command):
    """Send me what changed after this rev."""

    type: Literal["resume"] = "resume"
    after: Rev


class RequestHuman(Command):
    """I want to talk to a person."""

    type: Literal["request_human"] = "request_human"


class StopReply(Command):
    """Stop the answer that the AI is writing."""

    type: Literal["stop_reply"] = "stop_reply"


class Ping(Command):
    """A sign of life; answered by `pong`."""

    type: Literal["ping"] = "ping"


class InConversation(Command):
    conversation_id: UUID


class DashboardChatMessage(InConversation, ChatMessage):
    """Answer the visitor, or leave a note for colleagues."""

    note: bool = False


class DashboardTyping(InConversation):
    """Tell the visitor that I am typing; never stored."""

    type: Literal["typing"] = "typing"
    is_typing: bool


class DashboardRead(InConversation, Read):
    """The staff has seen everything of this conversation up to this rev."""


class DashboardResume(InConversation, Resume):
    """Send me what changed in this conversation after this rev."""


class DashboardStopReply(InConversation, StopReply):
    """Stop the answer that the AI is writing in this conversation."""


class TakeOver(InConversation):
    """From now on a person answers."""

    type: Literal["take_over"] = "take_over"


class HandBack(InConversation):
    """From now on the AI answers again."""

    type: Literal["hand_back"] = "hand_back"


class View(Command):
    """The conversation I am looking at, for colleagues to see."""

    type: Literal["view"] = "view"
    conversation_id: UUID | None


class Subscribe(Command):
    """Send me light notifications, too."""

    type: Literal["subscribe"] = "subscribe"
    channel: Literal["chat_updates"]


class Unsubscribe(Command):
    """Stop the light notifications."""

    type: Literal["unsubscribe"] = "unsubscribe"
    channel: Literal["chat_updates"]


VisitorCommand = Annotated[
    ChatMessage | Typing | Read | Resume | RequestHuman | StopReply | Ping, Field(discriminator="type")
]
DashboardCommand = Annotated[
    DashboardChatMessage
    | DashboardTyping
    | DashboardRead
    | DashboardResume
    | DashboardStopReply
    | TakeOver
    | HandBack
    | View
    | Subscribe
    | Unsubscribe
    | Ping,
    Field(discriminator="type"),
]


# --- what clients receive ---------------------------------------------------------------------------------------------


class VisitorConnected(Wire):
    """The visitor's socket is ready."""

    type: Literal["connected"] = "connected"
    connection_id: str
    protocol: Literal[1] = 1
    heartbeat_seconds: float
    conversation: VisitorConversation
    rev: int


class SubscribedWebsite(Wire):
    """A website whose group this socket is in, and how many dashboards are."""

    id: int
    name: str
    subscribers: int


class DashboardUser(Wire):
    """Who I am."""

    id: int
    name: str
    avatar_url: str | None


class DashboardConnected(Wire):
    """The dashboard's socket is ready and subscribed to these websites."""

    type: Literal["connected"] = "connected"
    connection_id: str
    protocol: Literal[1] = 1
    heartbeat_seconds: float
    websites: list[SubscribedWebsite]
    user: DashboardUser


class Change(Wire):
    """What every frame of a durable change carries: its number, and that of the change before it that I may see."""

    conversation_id: UUID
    website_id: int
    rev: int
    prev: int


class NewMessage(Change):
    """An entry was stored. With my `client_id` it acknowledges what I sent."""

    type: Literal["new_message"] = "new_message"
    message: Message


class MessageUpdated(Change):
    """An entry was edited or deleted."""

    type: Literal["message_updated"] = "message_updated"
    message: Message


class VisitorConversationUpdated(Change):
    """The conversation's state changed."""

    type: Literal["conversation_updated"] = "conversation_updated"
    conversation: VisitorConversation
    activity: Message | None = Optional


class DashboardConversationUpdated(Change):
    """The conversation's state changed."""

    type: Literal["conversation_updated"] = "conversation_updated"
    conversation: StaffConversation
    activity: Message | None = Optional


class Chunk(Wire):
    """The answer that the AI is writing: the whole text so far."""

    type: Literal["chunk"] = "chunk"
    conversation_id: UUID
    message_id: UUID
    index: int
    content: str


CancelReason = Literal["takeover", "stopped", "superseded", "failed"]


class ReplyCancelled(Wire):
    """The answer being written will not come; no chunk of it follows."""

    type: Literal["reply_cancelled"] = "reply_cancelled"
    conversation_id: UUID
    message_id: UUID
    reason: CancelReason


class TypingShown(Wire):
    """Somebody is typing, for at most `expires_in` seconds."""

    type: Literal["typing"] = "typing"
    conversation_id: UUID
    from_: Literal["visitor", "agent", "assistant"] = Field(alias="from")
    is_typing: bool
    expires_in: float
    author: Author | None = Optional
    draft: str | None = Optional


class ReadShown(Wire):
    """How far one side has received and read."""

    type: Literal["read"] = "read"
    conversation_id: UUID
    reader: Literal["visitor", "staff"]
    delivered_rev: int
    read_rev: int


class VisitorPresence(Wire):
    """Whether somebody of the staff is there."""

    type: Literal["presence"] = "presence"
    available: bool
    reply_time: str | None = Optional


class Colleague(Wire):
    """Somebody of the staff who is on, and what they look at."""

    id: int
    name: str
    avatar_url: str | None
    viewing: list[UUID]
    typing: list[UUID]


class DashboardPresence(Wire):
    """Who of a website's staff is on, and who views and types where."""

    type: Literal["presence"] = "presence"
    website_id: int
    staff: list[Colleague]


class Availability(Wire):
    """I am away from now on, or back, as I (or an admin) have said in some window; from some websites or all."""

    type: Literal["availability"] = "availability"
    is_away: bool
    away_from: list[int] = []


class SeenWebsite(Wire):
    """A website that I may see."""

    id: int
    name: str


class Websites(Wire):
    """My rights have changed: I may see these websites from now on. With none left the socket is closed."""

    type: Literal["websites"] = "websites"
    websites: list[SeenWebsite]


class Mentioned(Wire):
    """A colleague calls me by name in a note."""

    type: Literal["mentioned"] = "mentioned"
    conversation_id: UUID
    website_id: int
    message_id: UUID
    author: Author | None
    excerpt: str


class VisitorUpdated(Wire):
    """A visitor with a conversation has opened another page. Told live only; no change of the conversation."""

    type: Literal["visitor_updated"] = "visitor_updated"
    website_id: int
    conversation_id: UUID
    visitor: VisitorCard


class ConversationRemoved(Wire):
    """A conversation is no more: its visitor was erased, or it was kept for as long as the website keeps them."""

    type: Literal["conversation_removed"] = "conversation_removed"
    website_id: int
    conversation_id: UUID


class VisitorResumed(Wire):
    """What changed after my cursor: a page, cut in `rev` order."""

    type: Literal["resumed"] = "resumed"
    conversation_id: UUID
    rev: int
    conversation: VisitorConversation
    entries: list[Message]
    complete: bool


class DashboardResumed(Wire):
    """What changed after my cursor: a page, cut in `rev` order."""

    type: Literal["resumed"] = "resumed"
    conversation_id: UUID
    rev: int
    conversation: StaffConversation
    entries: list[Message]
    complete: bool


class Subscribed(Wire):
    """The light notifications come from now on."""

    type: Literal["subscribed"] = "subscribed"
    channel: Literal["chat_updates"]
    subscribers: int


class Unsubscribed(Wire):
    """The light notifications have ended."""

    type: Literal["unsubscribed"] = "unsubscribed"
    channel: Literal["chat_updates"]
    subscribers: int


class Notification(Wire):
    """Something was said in a chat: refetch it."""

    type: Literal["chat_message_notification"] = "chat_message_notification"
    chat_id: UUID
    message_role: Literal["user", "assistant", "system"]
    timestamp: datetime


class ChatUpdates(Wire):
    """A light notification, for sockets that subscribed."""

    type: Literal["chat_updates"] = "chat_updates"
    data: Notification


class VisitorHeartbeat(Wire):
    """The server lives; my conversation stands here."""

    type: Literal["heartbeat"] = "heartbeat"
    rev: int
    visitor_read_rev: int
    staff_delivered_rev: int
    staff_read_rev: int


class DashboardHeartbeat(Wire):
    """The server lives."""

    type: Literal["heartbeat"] = "heartbeat"


class Resync(Wire):
    """Live frames may have been lost: resume now."""

    type: Literal["resync"] = "resync"


class Pong(Wire):
    """The answer to `ping`."""

    type: Literal["pong"] = "pong"


class Error(Wire):
    """Why the socket is closed right after this."""

    type: Literal["error"] = "error"
    code: str
    detail: str


RejectCode = Literal["invalid", "forbidden", "not_found", "rate_limited", "too_long", "conflict", "unavailable"]


class Rejected(Wire):
    """A command was refused; the socket stays."""

    type: Literal["rejected"] = "rejected"
    code: RejectCode
    detail: str
    client_id: str | None = Optional
    retry_after: float | None = Optional
    conversation_id: UUID | None = Optional


VisitorFrame = Annotated[
    VisitorConnected
    | NewMessage
    | MessageUpdated
    | VisitorConversationUpdated
    | Chunk
    | ReplyCancelled
    | TypingShown
    | ReadShown
    | VisitorPresence
    | VisitorResumed
    | VisitorHeartbeat
    | Resync
    | Pong
    | Error
    | Rejected,
    Field(discriminator="type"),
]
DashboardFrame = Annotated[
    DashboardConnected
    | NewMessage
    | MessageUpdated
    | DashboardConversationUpdated
    | Chunk
    | ReplyCancelled
    | TypingShown
    | ReadShown
    | DashboardPresence
    | Availability
    | Websites
    | Mentioned
    | VisitorUpdated
    | ConversationRemoved
    | DashboardResumed
    | Subscribed
    | Unsubscribed
    | ChatUpdates
    | DashboardHeartbeat
    | Resync
    | Pong
    | Error
    | Rejected,
    Field(discriminator="type"),
]

visitor_commands: TypeAdapter[Any] = TypeAdapter(VisitorCommand)
dashboard_commands: TypeAdapter[Any] = TypeAdapter(DashboardCommand)
visitor_frames: TypeAdapter[Any] = TypeAdapter(VisitorFrame)
dashboard_frames: TypeAdapter[Any] = TypeAdapter(DashboardFrame)


def encode(frame: Wire) -> str:
    """The JSON text of a frame."""
    return frame.model_dump_json(by_alias=True)
