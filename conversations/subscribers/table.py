"""The table of who listens. Read it from top to bottom; nothing else subscribes to anything.

LIVE: what sockets are told, at once and without promise. DURABLE: jobs, deferred in the transaction that stores the
message. FOLLOWERS: called in the transaction of any other change of a conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conversations import events
from conversations.subscribers import frames
from conversations.subscribers.following import Fact

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
    events.VisitorMoved: frames.of_visitor,
    events.RightsChanged: frames.of_rights,
    events.SessionsEnded: frames.of_ended_sessions,
    events.WebsiteClosed: frames.of_closed_website,
    events.VisitorBlocked: frames.of_block,
    events.ConversationsRemoved: frames.of_removal,
    events.Mentioned: frames.of_mention,
}


@dataclass(frozen=True, slots=True)
class JobOnMessage:
    """Defer `task` when a message of `role` is stored, in conversations handled by `handled_by` (None: by anybody).

    The job gets conversation_id, message_id, website_id, rev and epoch. `where_followed`: only on websites that
    programs follow; then it gets `was`, too: the state before, where the message changed it. `where_begun`: only for
    a visitor's first words, and for those with which the conversation comes to people.
    """

    role: str
    handled_by: str | None
    queue: str
    task: str
    where_followed: bool = False
    where_begun: bool = False


# Both are filled by chatplatform/wiring.py at start-up, with what lies above the core.
DURABLE: list[JobOnMessage] = []
FOLLOWERS: list[Callable[[Fact], None]] = []


def note(fact: Fact) -> None:
    """In the transaction of the change, so that nothing is noted that did not happen, and nothing is forgotten."""
    for follower in FOLLOWERS:
        follower(fact)
