"""Each event as frames for the groups that may hear it. A frame for `chat_…` is built from visitors' forms only."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from conversations import audiences, events, protocol

Telling = tuple[str, dict[str, Any]]  # a group's name and a layer event
TYPING_SECONDS = 6.0
EXCERPT = 160  # characters of a note that calls somebody
DASHBOARD_GROUPS = "dashboard_website_"  # how the names of these groups begin


def chat_group(conversation_id: UUID | str) -> str:
    """Sockets of a conversation's visitor."""
    return f"chat_{conversation_id}"


def dashboard_group(website_id: int) -> str:
    """Dashboards of a website's staff."""
    return f"{DASHBOARD_GROUPS}{website_id}"


def user_group(user_id: int) -> str:
    """Dashboards of one person."""
    return f"dashboard_user_{user_id}"


def widget_group(website_id: int) -> str:
    """Open widgets of a website."""
    return f"widget_website_{website_id}"


def layer_event(
    name: str,
    text: str,
    *,
    skip: str = "",
    epoch: int = 0,
    message_id: UUID | None = None,
    conversation_id: UUID | None = None,
    once: str = "",
    **more: Any,
) -> dict[str, Any]:
    """A frame on its way. By `epoch` and `message_id` consumers drop late writes of the AI; `skip` is the sender.

    `once` is the key by which the layer knows it again when it also comes by the groups of participants.
    """
    return {
        "type": "conversation.frame",
        "name": name,
        "text": text,
        "skip": skip,
        "epoch": epoch,
        "message_id": str(message_id) if message_id else "",
        "conversation_id": str(conversation_id) if conversation_id else "",
        "once": once,
        **more,
    }


def of_message(event: events.MessagePosted) -> list[Telling]:
    """By hand in place of `layer_event`: nothing is made as often as these, and an id takes its time to be written."""
    entry = event.entry
    conversation_id, message_id = str(entry.conversation_id), str(entry.id)
    staff = {
        "type": "conversation.frame",
        "name": "new_message",
        "text": event.for_staff(),
        "skip": event.origin,
        "epoch": event.epoch,
        "message_id": message_id,
        "conversation_id": conversation_id,
        "website_id": entry.website_id,
        "once": "new " + message_id,
        "rev": entry.rev,
        "role": entry.role,
        "audience": "staff",
        "notice": entry.created_at.isoformat() if entry.kind == "message" else "",
        "committed_at": time.time(),
    }
    tellings: list[Telling] = [(dashboard_group(entry.website_id), staff)]
    if entry.for_everyone:
        visitor = {**staff, "text": event.for_visitor(), "once": "", "notice": "", "audience": "visitor"}
        tellings.append((chat_group(conversation_id), visitor))
    return tellings


def of_changed_entry(event: events.EntryChanged) -> list[Telling]:
    entry = event.entry
    frame = protocol.MessageUpdated(
        conversation_id=entry.conversation_id,
        website_id=entry.website_id,
        rev=entry.rev,
        prev=entry.rev - 1,
        message=audiences.message_for_staff(entry),
    )
    where: dict[str, Any] = {"conversation_id": entry.conversation_id, "rev": entry.rev}
    once = f"updated {entry.id} {entry.rev}"
    staff = layer_event("message_updated", protocol.encode(frame), once=once, **where)
    tellings = [(dashboard_group(entry.website_id), staff)]
    if entry.for_everyone:
        message = audiences.message_for_visitor(entry)
        seen = frame.model_copy(update={"prev": event.visitor_prev, "message": message})
        tellings.append(
            (chat_group(entry.conversation_id), layer_event("message_updated", protocol.encode(seen), **where))
        )
    return tellings


def of_conversation(event: events.ConversationChanged) -> list[Telling]:
    row, activity = event.row, event.activity
    epoch = row.state.takeover_epoch
    staff = protocol.DashboardConversationUpdated(
        conversation_id=row.id,
        website_id=row.website_id,
        rev=event.rev,
        prev=event.prev,
        conversation=audiences.state_for_staff(row),
        activity=audiences.message_for_staff(activity) if activity else None,
    )
    once = f"state {row.id} {event.rev}"
    tellings = [(dashboard_group(row.website_id), _conversation_event(staff, row.id, epoch, once))]
    if event.for_visitor:
        visitor = protocol.VisitorConversationUpdated(
            conversation_id=row.id,
            website_id=row.website_id,
            rev=event.rev,
            prev=event.visitor_prev,
            conversation=audiences.state_for_visitor(row),
            activity=audiences.message_for_visitor(activity) if activity and activity.for_everyone else None,
        )
        tellings.append((chat_group(row.id), _conversation_event(visitor, row.id, epoch)))
    return tellings


def of_chunk(event: events.ReplyWritten) -> list[Telling]:
    frame = protocol.Chunk(
        conversation_id=event.conversation_id, message_id=event.message_id, index=event.index, content=event.content
    )
    message = layer_event(
        "chunk",
        protocol.encode(frame),
        epoch=event.epoch,
        message_id=event.message_id,
        conversation_id=event.conversation_id,
    )
    return _for_both(event.conversation_id, event.website_id, message)


def of_dropped_reply(event: events.ReplyDropped) -> list[Telling]:
    frame = protocol.ReplyCancelled(
        conversation_id=event.conversation_id, message_id=event.message_id, reason=event.reason
    )
    message = layer_event(
        "reply_cancelled",
        protocol.encode(frame),
        message_id=event.message_id,
        conversation_id=event.conversation_id,
        once=f"cancelled {event.message_id}",
    )
    return _for_both(event.conversation_id, event.website_id, message)


def of_typing(event: events.TypingSeen) -> list[Telling]:
    writer = event.author
    staff = protocol.TypingShown(
        conversation_id=event.conversation_id,
        from_=event.by,
        is_typing=event.is_typing,
        expires_in=TYPING_SECONDS,
        author=audiences.author_for_staff(writer),
        draft=event.draft,
    )
    common: dict[str, Any] = {
        "skip": event.origin,
        "epoch": event.epoch,
        "conversation_id": event.conversation_id,
    }
    tellings = [(dashboard_group(event.website_id), layer_event("typing", protocol.encode(staff), **common))]
    if event.by != "visitor":
        visitor = staff.model_copy(update={"author": audiences.author_for_visitor(writer), "draft": None})
        tellings.append((chat_group(event.conversation_id), layer_event("typing", protocol.encode(visitor), **common)))
    return tellings


def of_markers(event: events.MarkersMoved) -> list[Telling]:
    frame = protocol.ReadShown(
        conversation_id=event.conversation_id,
        reader=event.reader,
        delivered_rev=event.delivered_rev,
        read_rev=event.read_rev,
    )
    visitor_rev = event.visitor_rev
    cut = {"delivered_rev": min(event.delivered_rev, visitor_rev), "read_rev": min(event.read_rev, visitor_rev)}
    visitors = frame.model_copy(update=cut)
    return [
        (chat_group(event.conversation_id), layer_event("read", protocol.encode(visitors))),
        (dashboard_group(event.website_id), layer_event("read", protocol.encode(frame))),
    ]


def of_presence(event: events.PresenceChanged) -> list[Telling]:
    staff = protocol.DashboardPresence(website_id=event.website_id, staff=event.staff)
    visitor = protocol.VisitorPresence(available=event.available)
    return [
        (dashboard_group(event.website_id), layer_event("presence", protocol.encode(staff))),
        (widget_group(event.website_id), layer_event("presence", protocol.encode(visitor))),
    ]


def of_availability(event: events.AvailabilityChanged) -> list[Telling]:
    """For all dashboards of this person: each says by itself from now on what it is."""
    frame = protocol.Availability(is_away=event.is_away, away_from=event.away_from)
    return [(user_group(event.user_id), layer_event("availability", protocol.encode(frame)))]


def of_visitor(event: events.VisitorMoved) -> list[Telling]:
    """For staff only. It may be lost: whoever opens the conversation asks for its visitor."""
    card = audiences.visitor_card(event.row)
    frame = protocol.VisitorUpdated(website_id=event.row.website_id, conversation_id=event.row.id, visitor=card)
    return [(dashboard_group(event.row.website_id), layer_event("visitor_updated", protocol.encode(frame)))]


def of_rights(event: events.RightsChanged) -> list[Telling]:
    """For all dashboards of this person, which leave the groups of what they may not see any more."""
    seen = event.websites or {}
    frame = protocol.Websites(websites=[protocol.SeenWebsite(id=one, name=name) for one, name in seen.items()])
    return [(user_group(event.user_id), layer_event("websites", protocol.encode(frame), websites=list(seen)))]


def of_ended_sessions(event: events.SessionsEnded) -> list[Telling]:
    """No frame: each dashboard of this person asks itself whether it is meant."""
    told = layer_event("sessions_ended", "", session_ids=event.session_ids) | {"type": "dashboard.sessions_ended"}
    return [(user_group(event.user_id), told)]


def of_closed_website(event: events.WebsiteClosed) -> list[Telling]:
    """Its visitors' sockets are closed by it."""
    text = protocol.encode(protocol.Error(code="forbidden", detail="This chat is closed."))
    return [(widget_group(event.website_id), layer_event("website_closed", text))]


def of_block(event: events.VisitorBlocked) -> list[Telling]:
    """The visitor's sockets are closed by it."""
    text = protocol.encode(protocol.Error(code="forbidden", detail="This chat has been closed for you."))
    return [(chat_group(one), layer_event("blocked", text)) for one in event.conversation_ids]


def of_removal(event: events.ConversationsRemoved) -> list[Telling]:
    """For staff; whoever misses it finds out when they look: the conversation is not found any more."""
    group = dashboard_group(event.website_id)
    frames = [
        protocol.ConversationRemoved(website_id=event.website_id, conversation_id=one) for one in event.conversation_ids
    ]
    return [(group, layer_event("conversation_removed", protocol.encode(frame))) for frame in frames]


def of_mention(event: events.Mentioned) -> list[Telling]:
    """For one person's dashboards only; whether they may see the website was asked when the note was stored."""
    entry = event.entry
    frame = protocol.Mentioned(
        conversation_id=entry.conversation_id,
        website_id=entry.website_id,
        message_id=entry.id,
        author=audiences.author_for_staff(entry.author),
        excerpt=entry.content[:EXCERPT],
    )
    return [(user_group(event.user_id), layer_event("mentioned", protocol.encode(frame)))]


def _for_both(conversation_id: UUID, website_id: int, message: dict[str, Any]) -> list[Telling]:
    return [(chat_group(conversation_id), message), (dashboard_group(website_id), message)]


def _conversation_event(frame: protocol.Change, conversation_id: UUID, epoch: int, once: str = "") -> dict[str, Any]:
    return layer_event(
        "conversation_updated",
        protocol.encode(frame),
        epoch=epoch,
        conversation_id=conversation_id,
        once=once,
        rev=frame.rev,
    )
