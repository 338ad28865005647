"""Each delivery is tried by itself until it arrives, for 24 hours: one that fails holds up no other.

Twice is possible, where a worker dies between sending and noting it; never is not.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from random import uniform
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audit.recording import record
from conversations.errors import NotFound, WebhookOff
from foundation.db import db
from foundation.encryption import Unreadable, decrypt
from foundation.logs import log
from integrations.models import Delivery, Webhook
from integrations.webhooks.notices import announce_pause
from integrations.webhooks.noting import DELIVER, defer, envelope
from integrations.webhooks.sending import Attempt, send

logger = log(__name__)
TRIED_FOR = timedelta(hours=24)
LONGEST_PAUSE = 4 * 3600.0  # seconds
GIVEN_UP_AFTER = timedelta(days=3)  # without one that arrived
KEPT = timedelta(days=30)
LOST_AFTER = timedelta(minutes=10)  # since its time
MOST_LOST = 500  # of one round
AT_ONCE = 5  # attempts of one webhook in one worker, so that a slow server does not keep all others waiting
_under_way: Counter[int] = Counter()


async def deliver(delivery_id: UUID, turn: int = 0) -> None:
    """One attempt; defers the next one where it fails. Nothing, where another chain of jobs has been begun since."""
    delivery = await db(_due, delivery_id, turn)
    if delivery is None:
        return
    if _under_way[delivery.webhook_id] >= AT_ONCE:
        await db(defer, delivery_id, turn, seconds=uniform(0.5, 1.5))
        return
    _under_way[delivery.webhook_id] += 1
    try:
        attempt = await _attempt(delivery)
    finally:
        _under_way[delivery.webhook_id] -= 1
    await db(_note, delivery_id, turn, attempt)
    logger.info(
        "[WEBHOOK] delivered" if attempt.is_good else "[WEBHOOK] not delivered",
        delivery=str(delivery_id),
        webhook=delivery.webhook_id,
        kind=delivery.event,
        attempt=delivery.attempts + 1,
        status=attempt.status_code,
        reason=attempt.error or None,
        ms=attempt.ms,
    )


async def forget_old_deliveries() -> None:
    """For the worker, every so often: the log reaches back 30 days."""
    await db(_forget)


def replay(webhook: Webhook, delivery_id: UUID) -> Delivery:
    """Once more, with the same id, from now on for 24 hours. Raises NotFound or WebhookOff."""
    with transaction.atomic():
        theirs = Delivery.objects.for_system().select_for_update(of=("self",)).select_related("webhook")
        found = theirs.filter(webhook=webhook, pk=delivery_id).first()
        if found is None:
            raise NotFound("delivery")
        if not _is_wanted(found):
            raise WebhookOff
        if found.state == Delivery.State.PENDING and found.next_at is None and _with_job([found.pk]):
            return found  # it is on its way
        found.state, found.attempts, found.begun_at = Delivery.State.PENDING, 0, timezone.now()
        found.save(update_fields=["state", "attempts", "begun_at"])
        _begin(found)
        record("webhook.replayed", webhook)
        return found


async def begin_lost_deliveries() -> int:
    """For the worker, every so often: those that wait for a job which is no more. How many."""
    return await db(_begin_lost)


@transaction.atomic
def _begin_lost() -> int:
    """Index deliveries_waiting."""
    late = timezone.now() - LOST_AFTER
    pending = Delivery.objects.for_system().filter(state=Delivery.State.PENDING)
    overdue = pending.filter(Q(next_at__lt=late) | Q(next_at=None, begun_at__lt=late)).order_by("begun_at")
    found = list(overdue.select_for_update(skip_locked=True, of=("self",))[:MOST_LOST])
    waiting = _with_job([one.pk for one in found]) if found else set()
    lost = [one for one in found if one.pk not in waiting]
    for one in lost:
        _begin(one)
    if lost:
        logger.warning("[WEBHOOK] begun again", count=len(lost), first=str(lost[0].pk))
    return len(lost)


def _begin(found: Delivery) -> None:
    """Another chain of jobs, now; what waits of an earlier one finds that it is over."""
    found.turn, found.next_at = found.turn + 1, None
    found.save(update_fields=["turn", "next_at"])
    defer(found.pk, found.turn)


def _with_job(delivery_ids: list[UUID]) -> set[UUID]:
    """Those for which a job waits or is being done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'delivery_id' FROM procrastinate_jobs WHERE task_name = %s AND status IN ('todo', 'doing')"
            " AND args->>'delivery_id' = ANY (%s)",
            [DELIVER, [str(one) for one in delivery_ids]],
        )
        return {UUID(found) for (found,) in cursor.fetchall()}


async def _attempt(delivery: Delivery) -> Attempt:
    try:
        secret = decrypt(delivery.webhook.encrypted_secret)
    except Unreadable:
        return Attempt(None, "", "Its secret can no longer be read: make a new one.", 0)
    return await send(delivery.webhook.url, secret, envelope(delivery, int(time.time())))


def _due(delivery_id: UUID, turn: int) -> Delivery | None:
    """None as well when the webhook was switched off while it waited: then it waits no longer."""
    pending = Delivery.objects.for_system().filter(pk=delivery_id, state=Delivery.State.PENDING, turn=turn)
    found = pending.select_related("webhook").first()
    if found is None or _is_wanted(found):
        return found
    pending.update(state=Delivery.State.FAILED, next_at=None, error="The webhook was switched off.")
    return None


def _is_wanted(delivery: Delivery) -> bool:
    return delivery.webhook.is_listening or delivery.event == "test"


@transaction.atomic
def _note(delivery_id: UUID, turn: int, attempt: Attempt) -> None:
    found = Delivery.objects.for_system().select_for_update().filter(pk=delivery_id, turn=turn).first()
    if found is None or found.state != Delivery.State.PENDING:
        return
    now = timezone.now()
    found.attempts, found.tried_at, found.next_at = found.attempts + 1, now, None
    found.status_code, found.answer, found.error, found.ms = (
        attempt.status_code,
        attempt.answer,
        attempt.error,
        attempt.ms,
    )
    if attempt.is_good:
        found.state = Delivery.State.DELIVERED
    elif now >= found.begun_at + TRIED_FOR or found.event == "test":
        found.state = Delivery.State.FAILED
    else:
        pause = _pause(found.attempts)
        found.next_at = now + timedelta(seconds=pause)
        defer(found.pk, turn, seconds=pause)
    found.save()
    if found.event != "test":
        _note_on_webhook(found.webhook_id, attempt.is_good, now)


def _pause(attempts: int) -> float:
    """Seconds: four times as long each time, a fifth more or less, so that not all come back at the same moment."""
    first: float = settings.ENVIRONMENT.webhook_retry_seconds
    return min(LONGEST_PAUSE, first * 4.0 ** (attempts - 1)) * uniform(0.8, 1.2)


def _note_on_webhook(webhook_id: int, is_good: bool, now: datetime) -> None:
    hook = Webhook.objects.for_system().filter(pk=webhook_id)
    if is_good:
        hook.filter(failing_since__isnull=False).update(failing_since=None)
        return
    hook.filter(failing_since=None).update(failing_since=now)
    paused = hook.filter(failing_since__lte=now - GIVEN_UP_AFTER, paused_at=None).update(paused_at=now)
    if paused:
        waiting = Delivery.objects.for_system().filter(webhook=webhook_id, state=Delivery.State.PENDING)
        waiting.update(state=Delivery.State.FAILED, next_at=None)
        announce_pause(webhook_id)


def _forget() -> None:
    """Index deliveries_by_age."""
    old = Delivery.objects.for_system().filter(created_at__lt=timezone.now() - KEPT)
    Delivery.objects.for_system().filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()
