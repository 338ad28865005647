"""Who may hear what, decided once: each value of the core in the form for staff and in the form for visitors.

The visitors' forms are built from an allow-list. Notes and staff-only activity have no such form at all.
"""

from __future__ import annotations

from typing import Any

from conversations import protocol
from conversations.rows import ConversationRow, EntryRow, Writer


def message_for_staff(entry: EntryRow) -> protocol.Message:
    return _message(entry, author_for_staff(entry.author))


def message_for_visitor(entry: EntryRow) -> protocol.Message:
    if not entry.for_everyone:
        raise ValueError("this entry is not for visitors")
    return _message(entry, author_for_visitor(entry.author))


def state_for_staff(row: ConversationRow) -> protocol.StaffConversation:
    state = row.state
    return protocol.StaffConversation(
        id=state.pk,
        website_id=state.website_id,
        rev=state.rev,
        status=state.status,
        handled_by=state.handled_by,
        assignee=author_for_staff(row.agent),
        visitor=visitor_card(row),
        subject=state.subject,
        preview=state.preview,
        last_message_at=state.last_message_at,
        message_count=state.message_count,
        unread_count=state.unread_count,
        visitor_delivered_rev=state.visitor_delivered_rev,
        visitor_read_rev=state.visitor_read_rev,
        staff_delivered_rev=state.staff_delivered_rev,
        staff_read_rev=state.staff_read_rev,
        labels=state.labels,
        attributes=state.attributes,
        priority=state.priority,
        rating=row.rating,
        created_at=state.created_at,
        snoozed_until=state.snoozed_until,
        waiting_since=state.waiting_since,
    )


def state_for_visitor(row: ConversationRow) -> protocol.VisitorConversation:
    """The staff's markers are cut to what the visitor may see: beyond it they would tell of private changes."""
    state = row.state
    return protocol.VisitorConversation(
        id=state.pk,
        rev=state.visitor_rev,
        status=state.status,
        handled_by=state.handled_by,
        agent=author_for_visitor(row.agent),
        staff_delivered_rev=min(state.staff_delivered_rev, state.visitor_rev),
        staff_read_rev=min(state.staff_read_rev, state.visitor_rev),
        visitor_read_rev=state.visitor_read_rev,
        unread_count=state.visitor_unread_count,
        rating=row.rating,
        asks_email=state.asks_email,
    )


def _message(entry: EntryRow, author: protocol.Author | None) -> protocol.Message:
    return protocol.Message(
        id=entry.id,
        seq=entry.seq,
        rev=entry.rev,
        client_id=entry.client_id,
        kind=entry.kind,
        role=entry.role,
        is_manual=entry.is_manual,
        content=entry.content,
        author=author,
        timestamp=entry.created_at,
        conversation_id=entry.conversation_id,
        attachments=[attachment(one) for one in entry.attachments],
        sources=[protocol.Source(title=one["title"], url=one["url"]) for one in entry.sources],
        deleted=entry.deleted,
    )


def attachment(described: dict[str, Any]) -> protocol.Attachment:
    """The same for both sides: its address asks for the one or the other's own credentials."""
    return protocol.Attachment(url=f"/api/v1/attachments/{described['id']}/", **described)


def author_for_staff(writer: Writer | None) -> protocol.Author | None:
    if writer is None:
        return None
    return protocol.Author(id=writer.user_id, name=writer.name, avatar_url=writer.avatar_url or None)


def author_for_visitor(writer: Writer | None) -> protocol.Author | None:
    if writer is None:
        return None
    opaque = str(writer.public_id) if writer.public_id else None
    return protocol.Author(id=opaque, name=writer.name, avatar_url=writer.avatar_url or None)


def visitor_card(row: ConversationRow) -> protocol.VisitorCard:
    visitor = row.state.visitor
    return protocol.VisitorCard(
        id=visitor.pk,
        name=visitor.name,
        email=visitor.email,
        identified=visitor.external_id is not None,
        attributes=visitor.attributes,
        page_url=visitor.page_url,
        page_title=visitor.page_title,
        referrer=visitor.referrer,
        user_agent=visitor.user_agent,
        first_seen_at=visitor.created_at,
        last_seen_at=visitor.last_seen_at,
    )
