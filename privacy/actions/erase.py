"""A visitor is erased at once and in one transaction; websites and organisations by the worker, piece by piece."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.core.files.storage import storages
from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from accounts.actors import Staff, administers_organisation
from accounts.connection_tokens import forget_visitor
from audit.recording import record
from conversations.actions.attachments import remove_files
from conversations.errors import Forbidden, NotFound
from conversations.events import ConversationsRemoved, VisitorBlocked
from conversations.models import Conversation, Visitor
from conversations.subscribers.live import publish
from foundation.db import db
from foundation.logs import log
from foundation.redis import RedisError
from privacy.erasing import erase_conversations, erase_visitors
from privacy.models import Erasure, Export
from privacy.models.erasures import subject_of

logger = log(__name__)
EXPORTS = "exports"  # the storage
ATTEMPTS = 3  # of a transaction that met another one head-on


async def erase_visitor(actor: Staff, visitor_id: UUID) -> Erasure:
    """Everything about this person goes, for good, and is proved. Raises NotFound or Forbidden."""
    erasure, website_id, conversation_ids = await db(_again_after_a_deadlock, actor, visitor_id)
    await publish(VisitorBlocked(conversation_ids), ConversationsRemoved(website_id, conversation_ids))
    await forget_in_redis(visitor_id)
    await remove_files()
    return erasure


async def forget_in_redis(visitor_id: UUID) -> None:
    """Their connection tokens, which would be gone in a minute anyway."""
    try:
        await forget_visitor(visitor_id)
    except RedisError as error:
        logger.warning("tokens of an erased visitor end by themselves", error=repr(error))


def _again_after_a_deadlock(actor: Staff, visitor_id: UUID) -> tuple[Erasure, int, list[UUID]]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _erase(actor, visitor_id)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected) or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _erase(actor: Staff, visitor_id: UUID) -> tuple[Erasure, int, list[UUID]]:
    visitors = Visitor.objects.for_actor(actor).select_for_update(of=("self",)).select_related("website")
    visitor = visitors.filter(pk=visitor_id).first()
    if visitor is None:
        raise NotFound("visitor")
    website = visitor.website
    if not administers_organisation(actor, website.organisation_id):
        raise Forbidden("Only owners and admins may do this.")
    theirs = Conversation.objects.for_system().filter(visitor=visitor).order_by("pk")
    conversation_ids = list(theirs.values_list("pk", flat=True))
    counts = erase_conversations(conversation_ids)
    counts += erase_visitors([visitor.pk])
    counts["exports"] += drop_exports(website.organisation_id, visitor.pk)
    erasure = Erasure(
        kind=Erasure.Kind.VISITOR,
        organisation_id=website.organisation_id,
        website_id=website.pk,
        subject=subject_of(visitor_id),
        requested_by_id=actor.user_id,
        requested_by=actor.name[:160],
        requested_at=timezone.now(),
    )
    finish(erasure, counts)
    record("visitor.erased", erasure, website=website, by=actor, counts=erasure.counts)
    return erasure, website.pk, conversation_ids


def finish(erasure: Erasure, counts: Counter[str]) -> None:
    """Sign and store the receipt, in the transaction that ends the erasing."""
    erasure.counts = {name: number for name, number in sorted(counts.items()) if number}
    erasure.finished_at = timezone.now()
    erasure.sign()
    erasure.save()


def drop_exports(organisation_id: int, visitor_id: UUID | None = None) -> int:
    """Files in which they still are: their own, and the organisation's. A running one ends without a file."""
    found = Export.objects.of_organisation(organisation_id)
    if visitor_id is not None:
        found = found.filter(visitor_id=visitor_id) | found.filter(visitor_id=None)
    places = [one.place for one in found.select_for_update() if one.place]
    count = found.delete()[0]
    transaction.on_commit(lambda: remove_export_files(places), robust=True)
    return count


def remove_export_files(places: list[str]) -> None:
    """One that stays is found without a row by `remove_stray_files`."""
    for place in places:
        try:
            storages[EXPORTS].delete(place)
        except OSError as error:
            logger.warning("file of an export not removed", place=place, error=repr(error))
