"""The table of who listens. Read it from top to bottom; nothing else subscribes to anything.

LIVE: what sockets are told, at once and without promise. DURABLE: jobs, deferred in the transaction that stores the
message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conversations import events
from conversations.subscribers import frames

LIVE: dict[type[Any], Callable[[Any], list[frames.Telling]]] = {
    events.MessagePosted: frames.of_message,
    events.EntryChanged: frames.of_changed_entry,
    events.ConversationChanged: frames.of_conversation,
    events.ReplyWritten: frames.of_chunk,
    events.ReplyDropped: frames.of_dropped_reply,
    events.TypingSeen: frames.of_typing,
    events.MarkersMoved: frames.of_markers,
    events.PresenceChanged: frames.of_presence,
    events.AvailabilityChanged: frames.of_availability,
    events.VisitorBlocked: frames.of_block,
    events.Mentioned: frames.of_mention,
}


@dataclass(frozen=True, slots=True)
class JobOnMessage:
    """Defer `task` when a message of `role` is stored, in conversations handled by `handled_by` (None: by anybody).

    The job gets conversation_id, message_id, website_id, rev and epoch.
    """

    role: str
    handled_by: str | None
    queue: str
    task: str


DURABLE: list[JobOnMessage] = []  # filled by chatplatform/wiring.py at start-up, with what lies above the core
