"""Conversations that rested for as long as their website keeps them are deleted, and visitors who left it at a visit.

Also what else ends by its time: exports, the audit log, kept answers, visitors' tokens, jobs that failed for good.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.kept_answers import forget_old
from accounts.models import Website
from audit.models import forget_before
from audit.recording import record
from conversations.actions.attachments import remove_files
from conversations.events import ConversationsRemoved, VisitorBlocked
from conversations.models import Attachment, Conversation, Entry, Visitor
from conversations.models.scope import ScopedQuerySet
from conversations.subscribers.live import publish
from foundation.db import db
from foundation.logs import log
from foundation.metrics import RETENTION_FAILED
from privacy.actions.exports import expire_exports, remove_stray_files
from privacy.erasing import erase_conversations, erase_visitors

logger = log(__name__)
AT_ONCE = 50  # conversations, or visitors, of one transaction
LONGEST_ROUND = 5.0  # seconds; the worker has other things to do
PAUSE = 0.05  # seconds between two pieces
UPKEEP = 600.0  # seconds between two looks at what ends by its time
FAILED_JOBS = timedelta(days=30)
_looked_at = [0.0]


@dataclass(frozen=True, slots=True)
class Due:
    """What would go now."""

    conversations: int
    entries: int
    files: int
    visitors: int


def due_of(website_id: int, days: int) -> Due:
    """What would be deleted at this moment if conversations were kept for so many days: a dry run."""
    conversations = _rested(website_id, _since(days))
    return Due(
        conversations=conversations.count(),
        entries=Entry.objects.for_system().filter(conversation__in=conversations.values("pk")).count(),
        files=Attachment.objects.for_system().filter(conversation__in=conversations.values("pk")).count(),
        visitors=_silent(website_id, _since(days)).count() + _only_in(conversations, _since(days)),
    )


async def keep_to_retention(longest: float = LONGEST_ROUND) -> int:
    """For the worker, every so often, and for the command; how many conversations and visitors went."""
    began, gone = time.monotonic(), 0
    for website_id, days in await db(_limited_websites):
        try:
            gone += await _keep_to(website_id, days, began + longest)
        except Exception as error:  # one website's trouble is not that of the others; it is tried again next round
            RETENTION_FAILED.inc()
            logger.exception("[PRIVACY] retention failed", website=website_id, error=repr(error))
    if time.monotonic() - _looked_at[0] > UPKEEP:
        _looked_at[0] = time.monotonic()
        await db(end_what_is_over)
    else:
        await db(expire_exports)
    return gone


async def _keep_to(website_id: int, days: int, until: float) -> int:
    """How many went from this website; at least one piece, however late it is."""
    gone, more = 0, True
    while more:
        removed, conversation_ids = await db(_delete_some, website_id, days)
        if conversation_ids:
            await publish(ConversationsRemoved(website_id, conversation_ids), VisitorBlocked(conversation_ids))
            await remove_files()
        gone, more = gone + removed, removed > 0 and time.monotonic() < until
        await asyncio.sleep(PAUSE)
    return gone


def end_what_is_over() -> None:
    expire_exports()
    remove_stray_files()
    forget_old()
    if settings.AUDIT_KEEP_DAYS:
        forget_before(_since(settings.AUDIT_KEEP_DAYS))
    with connection.cursor() as cursor:
        # In SQL: tokens are a layer above, and jobs are nobody's model. An address may stand in a job that failed.
        cursor.execute("DELETE FROM widget_visitortoken WHERE expires_at < now()")
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'cancelled', 'aborted') AND NOT EXISTS ("
            "SELECT 1 FROM procrastinate_events event WHERE event.job_id = procrastinate_jobs.id AND event.at > %s)"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_periodic_defers d WHERE d.job_id = procrastinate_jobs.id)",
            [timezone.now() - FAILED_JOBS],
        )


def _limited_websites() -> list[tuple[int, int]]:
    limited = Website.objects.exclude(keep_days=None).order_by("pk").values_list("pk", "keep_days")
    return [(website_id, days) for website_id, days in limited if days]


@transaction.atomic
def _delete_some(website_id: int, days: int) -> tuple[int, list[UUID]]:
    """Conversations first, then who is left without one. What somebody is changing right now is left to the next."""
    since = _since(days)
    resting = _rested(website_id, since).select_for_update(of=("self",), skip_locked=True)
    ids = list(resting.order_by("updated_at").values_list("pk", flat=True)[:AT_ONCE])
    counts = erase_conversations(ids)
    silent = _silent(website_id, since).select_for_update(of=("self",), skip_locked=True)
    gone = list(silent.order_by("last_seen_at").values_list("pk", flat=True)[:AT_ONCE])
    counts += erase_visitors(gone) if gone else Counter()
    if counts:
        record("retention.deleted", website=website_id, days=days, counts=dict(counts))
    return len(ids) + len(gone), ids


def _rested(website_id: int, since: datetime) -> ScopedQuerySet[Conversation]:
    """Whatever their state, but for those that somebody wants to come back to. Index conversation_sync."""
    old = Conversation.objects.for_system().filter(website=website_id, updated_at__lt=since)
    return old.exclude(Q(status="snoozed", snoozed_until__gt=timezone.now()))


def _silent(website_id: int, since: datetime) -> ScopedQuerySet[Visitor]:
    """Visitors without a conversation who were not seen since. Blocked ones stay: else they would come back."""
    talks = Conversation.objects.for_system().filter(visitor=OuterRef("pk"))
    seldom = Visitor.objects.for_system().filter(website=website_id, last_seen_at__lt=since, is_blocked=False)
    return seldom.filter(~Exists(talks))


def _only_in(conversations: ScopedQuerySet[Conversation], since: datetime) -> int:
    """Visitors who go with their last conversation."""
    others = Conversation.objects.for_system().filter(visitor=OuterRef("pk")).exclude(pk__in=conversations.values("pk"))
    theirs = Visitor.objects.for_system().filter(pk__in=conversations.values("visitor"), last_seen_at__lt=since)
    return theirs.filter(~Exists(others), is_blocked=False).count()


def _since(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
