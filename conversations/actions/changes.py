"""Changes of a conversation's state: taken over, handed back, resolved, assigned, labelled …

Each takes the row lock, moves `rev` by one, writes its activity in the timeline, and is told after the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from conversations.actions.messages import Post, say_in_transaction
from conversations.errors import NotFound
from conversations.events import ConversationChanged, Event, ReplyDropped
from conversations.models import Conversation, Entry
from conversations.queries.states import with_relations
from conversations.rows import ConversationRow, EntryRow, Writer
from conversations.subscribers.following import Before, Changed
from conversations.subscribers.live import publish
from conversations.subscribers.table import note
from foundation.db import db


@dataclass(frozen=True, slots=True)
class Activity:
    """A line of the timeline that says what was done. `for_everyone`: the visitor sees it, too."""

    text: str
    for_everyone: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule did to the locked row: the line to write, if any, and whether the visitor's form changed.

    `says` is what the system tells the visitor about it, stored in the same transaction. `asks_for_people`: somebody
    of the staff is asked for by it.
    """

    activity: Activity | None
    for_visitor: bool
    says: str = ""
    asks_for_people: bool = False


Rule = Callable[[Conversation], Change | None]  # changes the row; None: there is nothing to do


async def change(conversation_id: UUID, rule: Rule, *, actor: Actor | None, author: Writer | None) -> ConversationRow:
    """Apply a rule under the row lock and tell what it did. `actor` None acts for the system. Raises NotFound."""
    row, happened = await db(change_in_transaction, conversation_id, rule, actor, author)
    if happened:
        await publish(*happened)
    return row


def end_reply(conversation: Conversation) -> None:
    """From here on no write of an AI answer that began before is accepted."""
    conversation.takeover_epoch += 1
    conversation.reply_id = None


@transaction.atomic
def change_in_transaction(
    conversation_id: UUID, rule: Rule, actor: Actor | None, author: Writer | None
) -> tuple[ConversationRow, list[Event]]:
    """The same within the caller's transaction. Publish the events after its commit."""
    conversation = _lock(conversation_id, actor)
    reply, visitor_prev, before = conversation.reply_id, conversation.visitor_rev, Before.of(conversation)
    done = rule(conversation)
    if done is None:
        return _reload(conversation_id), []
    entry = _record(conversation, done, author)
    happened: list[Event] = []
    if reply is not None and conversation.reply_id is None:
        happened.append(ReplyDropped(conversation.pk, conversation.website_id, reply, "takeover"))
    row = _reload(conversation_id)
    rev = conversation.rev
    changed = ConversationChanged(row, rev, rev - 1, visitor_prev, conversation.visitor_rev == rev, entry)
    happened.append(changed)
    note(Changed(changed, before, done.asks_for_people))
    if done.says:
        happened.append(say_in_transaction(Post(conversation_id, done.says, "system")))
    return row, happened


def _lock(conversation_id: UUID, actor: Actor | None) -> Conversation:
    conversations = Conversation.objects.for_actor(actor) if actor else Conversation.objects.for_system()
    found = conversations.select_for_update(no_key=True, of=("self",)).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def _record(conversation: Conversation, done: Change, author: Writer | None) -> EntryRow | None:
    activity = done.activity
    conversation.rev += 1
    if done.for_visitor or (activity and activity.for_everyone):
        conversation.visitor_rev = conversation.rev
    conversation.updated_at = timezone.now()
    conversation.save()
    if activity is None:
        return None
    entry = Entry.objects.create(
        conversation=conversation,
        website_id=conversation.website_id,
        seq=conversation.rev,
        rev=conversation.rev,
        kind=Entry.Kind.ACTIVITY,
        role=Entry.Role.SYSTEM,
        audience=Entry.Audience.EVERYONE if activity.for_everyone else Entry.Audience.STAFF,
        is_manual=False,
        author_id=author.user_id if author else None,
        content=activity.text,
        sources=[],
        created_at=timezone.now(),
        deleted=False,
    )
    return EntryRow.of(entry)


def _reload(conversation_id: UUID) -> ConversationRow:
    return ConversationRow(with_relations(Conversation.objects.for_system()).get(pk=conversation_id))


def fields(conversation: Conversation, **values: Any) -> bool:
    """Set fields; whether any of them changed."""
    changed = {name: value for name, value in values.items() if getattr(conversation, name) != value}
    for name, value in changed.items():
        setattr(conversation, name, value)
    return bool(changed)
