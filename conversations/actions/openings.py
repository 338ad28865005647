"""How a conversation begins: at most one open one per visitor and website, whatever races there are."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actors import VisitorActor
from accounts.models import Website
from conversations.errors import Forbidden, NotFound
from conversations.models import Conversation, Visitor
from conversations.queries.states import conversation_for
from conversations.rows import ConversationRow
from conversations.subscribers.following import Opened
from conversations.subscribers.table import note
from foundation.db import db


async def open_conversation(actor: VisitorActor) -> tuple[ConversationRow, bool]:
    """The visitor's open conversation, and whether it was made just now. Raises Forbidden when the chat is off."""
    conversation_id, created = await db(_open, actor)
    return await db(conversation_for, actor, conversation_id), created


def _open(actor: VisitorActor) -> tuple[UUID, bool]:
    found = _current(actor)
    if found is not None:
        return found, False
    website = Website.objects.filter(pk=actor.website_id, is_active=True).first()
    if website is None:
        raise Forbidden("This chat has been switched off.")
    _refuse_without_form(website, actor)
    handled_by = Conversation.HandledBy.AI if website.ai_enabled else Conversation.HandledBy.HUMAN
    try:
        with transaction.atomic():
            made = Conversation.objects.create(
                website=website, visitor=Visitor(pk=actor.visitor_id), handled_by=handled_by
            )
            note(Opened(website.pk, made.pk))
    except IntegrityError:  # two first messages at once: the other one made it
        found = _current(actor)
        if found is None and not Visitor.objects.for_actor(actor).exists():
            raise NotFound("visitor") from None  # erased meanwhile
        if found is None:
            raise
        return found, False
    return made.pk, True


def _refuse_without_form(website: Website, actor: VisitorActor) -> None:
    """Only what the form requires; a conversation that was begun before goes on."""
    form = website.widget_settings.form
    if not form.enabled:
        return
    visitor = Visitor.objects.for_actor(actor).get()
    known = {**visitor.attributes, "name": visitor.name, "email": visitor.email}
    missing = [field.key for field in form.fields if field.required and not known.get(field.key)]
    if missing:
        raise Forbidden(f"Answer the form first: {', '.join(missing)}.")


def _current(actor: VisitorActor) -> UUID | None:
    """Unique index one_open_conversation_per_visitor."""
    mine = Conversation.objects.for_actor(actor).exclude(status=Conversation.Status.RESOLVED)
    return mine.values_list("pk", flat=True).first()
