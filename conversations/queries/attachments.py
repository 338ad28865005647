"""Which file an actor may have. Primary key of Attachment."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor, Staff
from conversations.errors import NotFound
from conversations.models import Attachment, Entry


def attachment_for(actor: Actor, attachment_id: UUID) -> Attachment:
    """One that was sent to this actor, or that they have uploaded themselves. Raises NotFound.

    Never a note's file for a visitor, nor what a colleague has not sent yet.
    """
    if isinstance(actor, Staff):
        allowed = Q(entry__isnull=False) | Q(author=actor.user_id)
    else:
        allowed = Q(entry__audience=Entry.Audience.EVERYONE) | Q(entry=None, by_visitor=True)
    kept = Q(keep_until=None) | Q(keep_until__gt=timezone.now())
    found = Attachment.objects.for_actor(actor).filter(allowed, kept, pk=attachment_id).first()
    if found is None:
        raise NotFound("file")
    return found
