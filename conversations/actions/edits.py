"""Changing or deleting what was said. The place stays (`seq`), the change gets a number (`rev`)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Staff
from conversations.actions.attachments import drop_files_of
from conversations.actions.card_numbers import masked_in
from conversations.actions.indexing import write_words
from conversations.errors import Forbidden, NotFound
from conversations.events import EntryChanged
from conversations.models import Conversation, Entry
from conversations.rows import EntryRow
from conversations.subscribers.following import Edited
from conversations.subscribers.live import publish
from conversations.subscribers.table import note
from foundation.db import db


async def edit_message(actor: Staff, conversation_id: UUID, message_id: UUID, content: str) -> EntryRow:
    """Change the text of one's own message or note. Raises NotFound or Forbidden."""
    return await _publish(await db(_change, actor, conversation_id, message_id, content))


async def delete_message(actor: Staff, conversation_id: UUID, message_id: UUID) -> EntryRow:
    """Remove the text of one's own message or note; its place stays, marked `deleted`. Raises NotFound or Forbidden."""
    return await _publish(await db(_change, actor, conversation_id, message_id, None))


async def _publish(changed: EntryChanged) -> EntryRow:
    await publish(changed)
    return changed.entry


@transaction.atomic
def _change(actor: Staff, conversation_id: UUID, message_id: UUID, content: str | None) -> EntryChanged:
    conversation = (
        Conversation.objects.for_actor(actor)
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=conversation_id)
        .first()
    )
    if conversation is None:
        raise NotFound
    entry = _own_entry(actor, conversation, message_id)
    content = masked_in(conversation_id, content) if content else content
    visitor_prev = conversation.visitor_rev
    conversation.rev += 1
    if entry.audience == Entry.Audience.EVERYONE:
        conversation.visitor_rev = conversation.rev
    conversation.updated_at = entry.edited_at = timezone.now()
    entry.rev, entry.deleted = conversation.rev, content is None
    entry.content, entry.sources = content or "", entry.sources if content else []
    if entry.deleted and entry.attachments:
        entry.attachments = []
        drop_files_of(entry)
    entry.save(update_fields=["rev", "deleted", "content", "sources", "attachments", "edited_at"])
    write_words(entry)
    conversation.preview = _preview(conversation)
    conversation.save(update_fields=["rev", "visitor_rev", "updated_at", "preview"])
    changed = EntryChanged(EntryRow.of(entry), visitor_prev)
    note(Edited(changed))
    return changed


def _own_entry(actor: Staff, conversation: Conversation, message_id: UUID) -> Entry:
    entries = Entry.objects.for_actor(actor).filter(conversation=conversation.pk).select_related("author")
    entry = entries.filter(pk=message_id, deleted=False).exclude(kind=Entry.Kind.ACTIVITY).first()
    if entry is None:
        raise NotFound
    if entry.author_id != actor.user_id:
        raise Forbidden("You can change only what you wrote yourself.")
    return entry


def _preview(conversation: Conversation) -> str:
    """The start of the newest message that is left."""
    messages = Entry.objects.for_system().filter(conversation=conversation.pk, kind=Entry.Kind.MESSAGE, deleted=False)
    newest = messages.order_by("-seq").values_list("content", flat=True).first()
    return (newest or "")[:120]
