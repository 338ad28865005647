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
from django.db import transaction
from django.utils import timezone

from audit.recording import record
from conversations.errors import NotFound, WebhookOff
from foundation.db import db
from foundation.encryption import Unreadable, decrypt
from foundation.logs import log
from integrations.models import Delivery, Webhook
from integrations.webhooks.notices import announce_pause
from integrations.webhooks.noting import defer, envelope
from integrations.webhooks.sending import Attempt, send

logger = log(__name__)
TRIED_FOR = timedelta(hours=24)
LONGEST_PAUSE = 4 * 3600.0  # seconds
GIVEN_UP_AFTER = timedelta(days=3)  # without one that arrived
KEPT = timedelta(days=30)
AT_ONCE = 5  # attempts of one webhook in one worker, so that a slow server does not keep all others waiting
_under_way: Counter[int] = Counter()


async def deliver(delivery_id: UUID) -> None:
    """One attempt; defers the next one where it fails."""
    delivery = await db(_due, delivery_id)
    if delivery is None:
        return
    if _under_way[delivery.webhook_id] >= AT_ONCE:
        await db(defer, delivery_id, seconds=uniform(0.5, 1.5))
        return
    _under_way[delivery.webhook_id] += 1
    try:
        attempt = await _attempt(delivery)
    finally:
        _under_way[delivery.webhook_id] -= 1
    await db(_note, delivery_id, attempt)
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
        if found.state == Delivery.State.PENDING and found.next_at is None:
            return found  # it is on its way
        found.state, found.attempts, found.next_at, found.begun_at = Delivery.State.PENDING, 0, None, timezone.now()
        found.save(update_fields=["state", "attempts", "next_at", "begun_at"])
        defer(found.pk)
        record("webhook.replayed", webhook)
        return found


async def _attempt(delivery: Delivery) -> Attempt:
    try:
        secret = decrypt(delivery.webhook.encrypted_secret)
    except Unreadable:
        return Attempt(None, "", "Its secret can no longer be read: make a new one.", 0)
    return await send(delivery.webhook.url, secret, envelope(delivery, int(time.time())))


def _due(delivery_id: UUID) -> Delivery | None:
    """None as well when the webhook was switched off while it waited: then it waits no longer."""
    pending = Delivery.objects.for_system().filter(pk=delivery_id, state=Delivery.State.PENDING)
    found = pending.select_related("webhook").first()
    if found is None or _is_wanted(found):
        return found
    pending.update(state=Delivery.State.FAILED, next_at=None, error="The webhook was switched off.")
    return None


def _is_wanted(delivery: Delivery) -> bool:
    return delivery.webhook.is_listening or delivery.event == "test"


@transaction.atomic
def _note(delivery_id: UUID, attempt: Attempt) -> None:
    found = Delivery.objects.for_system().select_for_update().filter(pk=delivery_id).first()
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
        defer(found.pk, seconds=pause)
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
