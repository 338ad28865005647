"""What happens on a website becomes deliveries, one for each webhook that asked for it, in the change's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.types import TimeDeltaParams
from pydantic import BaseModel

from conversations import audiences
from conversations.models import Conversation, Entry, Visitor
from conversations.queries.states import with_relations
from conversations.rows import ConversationRow, EntryRow, Writer
from conversations.subscribers.following import Before, Changed, Edited, Fact, Identified, Opened
from integrations.models import Delivery, Event, Webhook

NOTE_MESSAGE = "integrations.note_message"  # deferred in the statement that stores the message: chatplatform/wiring.py
DELIVER = "integrations.deliver"
QUEUE = "webhooks"
Data = dict[str, Any]
Told = Mapping[Event, Callable[[], Data]]  # what is to be told, made only where somebody asks for it


def note(fact: Fact) -> None:
    """A follower: see conversations/subscribers/table.py."""
    match fact:
        case Opened():
            row = _row(fact.conversation_id) if _hooks(fact.website_id) else None
            if row is not None:
                _tell(row, row.state.rev, {Event.CONVERSATION_CREATED: lambda: {}})
        case Changed():
            event = fact.event
            _tell(event.row, event.rev, _of_change(event.row, fact.before, fact.asks_for_people))
        case Edited():
            entry = fact.event.entry
            row = _row(entry.conversation_id) if _is_told(entry) and _hooks(entry.website_id) else None
            if row is not None:
                _tell(
                    row,
                    entry.rev,
                    {Event.MESSAGE_UPDATED: lambda: {"message": _form(audiences.message_for_staff(entry))}},
                )
        case Identified():
            _tell_of_visitor(fact)


@transaction.atomic
def note_message(conversation_id: UUID, message_id: UUID, rev: int, was: Mapping[str, str] | None) -> None:
    """A message was stored; `was` is the state before, where it has changed it. Noted once, however often called."""
    found = Entry.objects.for_system().filter(pk=message_id).select_related("author", "website").first()
    row = _row(conversation_id)
    if found is None or row is None:  # erased meanwhile
        return
    entry = EntryRow.of(found, Writer.of_assistant(found.website))
    told: dict[Event, Callable[[], Data]] = {}
    if _is_told(entry):
        told[Event.MESSAGE_CREATED] = lambda: {"message": _form(audiences.message_for_staff(entry))}
    if was is not None:
        told |= _of_change(
            row, replace(Before.of(row.state), status=was["status"], handled_by=was["handled_by"]), False
        )
    _tell(row, rev, told)


def note_test(webhook: Webhook) -> Delivery:
    """So that an owner sees whether it arrives."""
    data = {"message": "This is a test. Nothing has happened."}
    made = Delivery.objects.create(webhook=webhook, website_id=webhook.website_id, event="test", data=data)
    defer(made.pk, made.turn)
    return made


def defer(delivery_id: UUID, turn: int, *, seconds: float = 0) -> None:
    """Its next attempt, in the caller's transaction."""
    when: TimeDeltaParams | None = {"milliseconds": round(seconds * 1000)} if seconds else None
    app.configure_task(DELIVER, queue=QUEUE, schedule_in=when).defer(delivery_id=str(delivery_id), turn=turn)


def envelope(delivery: Delivery, timestamp: int) -> Data:
    """What is sent. `timestamp`: seconds since 1970 of this attempt, the same that is signed."""
    return {
        "event": delivery.event,
        "delivery": str(delivery.pk),
        "timestamp": timestamp,
        "website_id": delivery.website_id,
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
        "attempt": delivery.attempts + 1,
        "data": delivery.data,
    }


def _of_change(row: ConversationRow, before: Before, asks_for_people: bool) -> dict[Event, Callable[[], Data]]:
    state = row.state
    told: dict[Event, Callable[[], Data]] = {Event.CONVERSATION_UPDATED: lambda: {}}
    if state.status != before.status:
        told[Event.CONVERSATION_STATUS_CHANGED] = lambda: {"status": state.status, "previous_status": before.status}
    if asks_for_people:
        told[Event.HANDOFF_REQUESTED] = lambda: {}
    rated = (state.rating_score, state.rating_comment)
    if state.rating_score is not None and rated != (before.rating_score, before.rating_comment):
        told[Event.RATING_GIVEN] = lambda: {"rating": {"score": rated[0], "comment": rated[1]}}
    return told


def _tell(row: ConversationRow, rev: int, told: Told) -> None:
    """Every telling has the whole conversation in it, and the number of what happened."""
    hooks = _hooks(row.state.website_id) if told else []
    if not hooks:
        return
    state = _form(audiences.state_for_staff(row))
    for event, more in told.items():
        data = {"rev": rev, "conversation": state, **more()}
        _make(hooks, event, data, conversation=row.state, rev=rev)


def _tell_of_visitor(fact: Identified) -> None:
    hooks = _hooks(fact.website_id)
    if not hooks:
        return
    visitor = Visitor.objects.for_system().get(pk=fact.visitor_id)
    data = {
        "visitor": {
            "id": str(visitor.pk),
            "user_id": visitor.external_id,
            "name": visitor.name,
            "email": visitor.email,
            "attributes": visitor.attributes,
        }
    }
    _make(hooks, Event.VISITOR_IDENTIFIED, data, visitor=visitor)


def _make(hooks: list[Webhook], event: Event, data: Data, **of: Any) -> None:
    wanted = [
        Delivery(webhook=one, website_id=one.website_id, event=event, data=data, **of)
        for one in hooks
        if event in one.events
    ]
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    made = Delivery.objects.for_system().filter(pk__in=[one.pk for one in wanted])
    for one in made:
        defer(one.pk, one.turn)


def _hooks(website_id: int) -> list[Webhook]:
    mine = Webhook.objects.for_system().filter(website=website_id, is_active=True, paused_at=None)
    return list(mine.order_by("pk"))


def _row(conversation_id: UUID) -> ConversationRow | None:
    found = with_relations(Conversation.objects.for_system()).filter(pk=conversation_id).first()
    return ConversationRow(found) if found else None


def _is_told(entry: EntryRow) -> bool:
    """Notes and lines about what was done are the staff's own; programs hear what visitors may hear."""
    return entry.kind == "message" and entry.for_everyone


def _form(model: BaseModel) -> Data:
    return model.model_dump(mode="json", by_alias=True)
