"""What staff does to a visitor: block, let write again, and join two that are one person."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.actors import Staff
from audit.recording import record
from conversations.actions.changes import Activity, Change, Rule, change_in_transaction, end_reply
from conversations.errors import Invalid, NotFound
from conversations.events import Event, VisitorBlocked
from conversations.models import Conversation, Visitor
from conversations.rows import Writer
from conversations.subscribers.live import publish
from foundation.db import db

FILLED = ("name", "email", "page_url", "page_title", "referrer", "user_agent")


async def block_visitor(actor: Staff, visitor_id: UUID, is_blocked: bool) -> Visitor:
    """From now on they can neither write nor read, or they can again. Raises NotFound."""
    visitor, happened = await db(_block, actor, visitor_id, is_blocked)
    if happened:
        await publish(*happened)
    return visitor


async def merge_visitors(actor: Staff, visitor_id: UUID, other_id: UUID) -> Visitor:
    """The other's conversations become this one's, and the other is no more. Raises NotFound or Invalid.

    Browsers in which the other was known begin anew: they were not shown what this one wrote, and shall not be now.
    """
    visitor, happened = await db(_merge, actor, visitor_id, other_id)
    await publish(*happened)
    return visitor


@transaction.atomic
def _block(actor: Staff, visitor_id: UUID, is_blocked: bool) -> tuple[Visitor, list[Event]]:
    visitor = _lock(actor, [visitor_id])[visitor_id]
    if visitor.is_blocked == is_blocked:
        return visitor, []
    visitor.is_blocked = is_blocked
    visitor.save(update_fields=["is_blocked"])
    record("visitor.blocked" if is_blocked else "visitor.unblocked", visitor, by=actor)
    line = f"{actor.name} {'blocked' if is_blocked else 'unblocked'} the visitor."

    def rule(conversation: Conversation) -> Change:
        end_reply(conversation)
        return Change(Activity(line), for_visitor=False)

    theirs = _conversations_of(visitor)
    told = _change_all(actor, theirs, rule)
    return visitor, [*told, VisitorBlocked(theirs)] if is_blocked else told


@transaction.atomic
def _merge(actor: Staff, visitor_id: UUID, other_id: UUID) -> tuple[Visitor, list[Event]]:
    if visitor_id == other_id:
        raise Invalid("visitor: two different ones")
    found = _lock(actor, [visitor_id, other_id])
    visitor, other = found[visitor_id], found[other_id]
    if visitor.website_id != other.website_id:
        raise Invalid("visitor: one of the same website")
    if visitor.external_id and other.external_id:
        raise Invalid("visitor: the website has proved that these are two people")
    has_open = Conversation.objects.for_system().filter(visitor=visitor).exclude(status="resolved").exists()

    def rule(conversation: Conversation) -> Change:
        if has_open and conversation.status != "resolved":  # there is at most one that is not
            conversation.status, conversation.snoozed_until = "resolved", None
            conversation.resolved_rev, conversation.waiting_since = conversation.rev + 1, None
        end_reply(conversation)
        conversation.visitor = visitor
        return Change(Activity(f"{actor.name} joined two visitors that are one person."), for_visitor=False)

    theirs = _conversations_of(other)
    _fill(visitor, other)
    told = _change_all(actor, theirs, rule)
    Visitor.objects.for_system().filter(pk=other.pk).delete()
    visitor.save()
    record("visitor.merged", visitor, by=actor)
    return visitor, [*told, VisitorBlocked(theirs)]


def _fill(visitor: Visitor, other: Visitor) -> None:
    """What is known of one of them only is known of both now."""
    for name in FILLED:
        setattr(visitor, name, getattr(visitor, name) or getattr(other, name))
    visitor.external_id = visitor.external_id or other.external_id
    visitor.attributes = {**other.attributes, **visitor.attributes}
    visitor.created_at = min(visitor.created_at, other.created_at)
    visitor.is_blocked = visitor.is_blocked or other.is_blocked


def _change_all(actor: Staff, conversation_ids: list[UUID], rule: Rule) -> list[Event]:
    told: list[Event] = []
    for conversation_id in conversation_ids:
        _, events = change_in_transaction(conversation_id, rule, actor, Writer.of_staff(actor))
        told += events
    return told


def _conversations_of(visitor: Visitor) -> list[UUID]:
    """In the order in which they are locked everywhere. Index conversation_of_visitor."""
    theirs = Conversation.objects.for_system().filter(visitor=visitor)
    return list(theirs.order_by("pk").values_list("pk", flat=True))


def _lock(actor: Staff, visitor_ids: list[UUID]) -> dict[UUID, Visitor]:
    visible = Visitor.objects.for_actor(actor).select_for_update().filter(pk__in=visitor_ids).order_by("pk")
    found = {one.pk: one for one in visible}
    if len(found) != len(set(visitor_ids)):
        raise NotFound("visitor")
    return found
