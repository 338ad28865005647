"""Consent that is taken back: the chat ends here, and what it noted by itself goes. What was said stays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.actors import VisitorActor
from audit.recording import record
from conversations.events import ConversationsRemoved, VisitorBlocked
from conversations.models import Conversation, Visitor
from conversations.subscribers.live import publish
from foundation.db import db
from integrations.models import Delivery
from privacy.actions.erase import forget_in_redis
from privacy.erasing import erase_conversations, erase_visitors
from widget.models import VisitorToken

NOTED = {"page_url": "", "page_title": "", "referrer": "", "user_agent": "", "language": "", "attributes": {}}


async def withdraw_consent(actor: VisitorActor) -> None:
    """Their tokens open nothing any more, and their sockets are closed. Who has said nothing is erased altogether."""
    conversation_ids, erased = await db(_withdraw, actor)
    await publish(VisitorBlocked(conversation_ids))
    if erased:
        await publish(ConversationsRemoved(actor.website_id, erased))
    await forget_in_redis(actor.visitor_id)


@transaction.atomic
def _withdraw(actor: VisitorActor) -> tuple[list[UUID], list[UUID]]:
    """All their conversations, and those of them in which nothing was said, which are gone."""
    visitor = Visitor.objects.for_actor(actor).select_for_update(of=("self",)).get()
    record("visitor.consent_withdrawn", visitor)
    VisitorToken.objects.for_system().filter(visitor=visitor).delete()
    theirs = Conversation.objects.for_actor(actor)
    everything = list(theirs.order_by("pk").values_list("pk", flat=True))
    silent = list(theirs.filter(message_count=0).values_list("pk", flat=True))
    erase_conversations(silent)
    if len(silent) == len(everything):
        erase_visitors([visitor.pk])
        return everything, silent
    told = Delivery.objects.for_system().filter(Q(visitor=visitor) | Q(conversation__in=everything))
    told.delete()  # what was noted stands in them, too
    for name, nothing in NOTED.items():
        setattr(visitor, name, nothing)
    visitor.consented_at = None
    visitor.save(update_fields=[*NOTED, "consented_at"])
    return everything, silent
