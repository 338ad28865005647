"""Open, snoozed, resolved; assignee, labels and priority: what staff set on a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Staff, staff_actor
from conversations.actions.assignments import assign_soon
from conversations.actions.changes import Activity, Change, change, end_reply
from conversations.errors import Conflict, Invalid
from conversations.models import Conversation
from conversations.rows import ConversationRow, Writer
from foundation.db import db

UNSET: Any = object()
LONGEST_SNOOZE = timedelta(days=3660)
VERBS = {"open": "reopened", "snoozed": "snoozed", "resolved": "resolved"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to set; what is left out stays."""

    status: str = UNSET
    snoozed_until: datetime | None = UNSET
    assignee: int | None = UNSET
    labels: list[str] = UNSET
    priority: str = UNSET


async def update_conversation(actor: Staff, conversation_id: UUID, wanted: Wanted) -> ConversationRow:
    """Set it, one numbered change for all of it. Raises NotFound, Invalid (an assignee without access) or Conflict."""

    def rule(conversation: Conversation) -> Change | None:
        lines = [line for line in _apply(conversation, wanted, actor) if line]
        if not lines:
            return None
        visible = any(line.visible for line in lines)
        return Change(Activity(f"{actor.name} {_sentence(line.text for line in lines)}."), for_visitor=visible)

    row = await change(conversation_id, rule, actor=actor, author=Writer.of_staff(actor))
    assign_soon([row.website_id])  # somebody may have room now
    return row


async def wake_conversations() -> int:
    """Reopen those whose snooze is over; how many. For the worker, every so often. Index conversation_snooze."""
    due = await db(_due)
    for conversation_id in due:
        await change(conversation_id, _wake, actor=None, author=None)
    return len(due)


def _due() -> list[UUID]:
    asleep = Conversation.objects.for_system().filter(status="snoozed", snoozed_until__lte=timezone.now())
    return list(asleep.order_by("snoozed_until").values_list("pk", flat=True)[:100])


def _wake(conversation: Conversation) -> Change | None:
    until = conversation.snoozed_until
    if conversation.status != "snoozed" or until is None or until > timezone.now():
        return None
    conversation.status, conversation.snoozed_until = "open", None
    return Change(Activity("The snooze is over."), for_visitor=True)


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    visible: bool = False


def _apply(conversation: Conversation, wanted: Wanted, actor: Staff) -> Iterable[Line | None]:
    if wanted.status is not UNSET:
        yield _set_status(conversation, wanted.status, wanted.snoozed_until)
    if wanted.assignee is not UNSET:
        yield _set_assignee(conversation, wanted.assignee, actor)
    if wanted.labels is not UNSET:
        yield _set_labels(conversation, wanted.labels)
    if wanted.priority is not UNSET and conversation.priority != wanted.priority:
        conversation.priority = wanted.priority
        yield Line(f"set the priority to {wanted.priority}")


def _set_status(conversation: Conversation, status: str, until: datetime | None) -> Line | None:
    until = None if until is UNSET or status != "snoozed" else until
    if until is not None and not timezone.now() < until < timezone.now() + LONGEST_SNOOZE:
        raise Invalid("snoozed_until: a moment within the next ten years")
    if (conversation.status, conversation.snoozed_until) == (status, until):
        return None
    if conversation.status == "resolved" and status != "resolved":
        _refuse_second_open(conversation)
    if status == "resolved":
        conversation.resolved_rev = conversation.rev + 1
        conversation.waiting_since, conversation.asks_email, conversation.unclaimed_told_at = None, False, None
        end_reply(conversation)
    conversation.status, conversation.snoozed_until = status, until
    return Line(f"{VERBS[status]} the conversation", visible=True)


def _refuse_second_open(conversation: Conversation) -> None:
    rivals = Conversation.objects.for_system().filter(website=conversation.website_id, visitor=conversation.visitor_id)
    rival = rivals.exclude(status="resolved").exclude(pk=conversation.pk).first()
    if rival is not None:
        raise Conflict(rival.pk)


def _set_assignee(conversation: Conversation, assignee: int | None, actor: Staff) -> Line | None:
    if conversation.assignee_id == assignee:
        return None
    conversation.assignee_id = assignee
    if assignee is None:
        return Line("removed the assignee", visible=True)
    if assignee == actor.user_id:
        return Line("took the conversation", visible=True)
    person = staff_actor(assignee)
    if person is None or conversation.website_id not in person.websites:
        raise Invalid("This person cannot see this conversation.")
    return Line(f"assigned {person.name}", visible=True)


def _set_labels(conversation: Conversation, labels: list[str]) -> Line | None:
    labels = sorted(set(labels))
    if conversation.labels == labels:
        return None
    conversation.labels = labels
    return Line(f"set the labels to {', '.join(labels)}" if labels else "removed the labels")


def _sentence(parts: Iterable[str]) -> str:
    return " and ".join(parts)
