"""The jobs of webhooks."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from foundation.db import db
from integrations.webhooks import notices, noting
from integrations.webhooks.delivering import deliver

LATER = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name=noting.NOTE_MESSAGE, queue=noting.QUEUE, retry=LATER)
async def note_message(
    conversation_id: str, message_id: str, website_id: int, rev: int, epoch: int, was: dict[str, str] | None = None
) -> None:
    """Make deliveries of a message."""
    await db(noting.note_message, UUID(conversation_id), UUID(message_id), rev, was)


@app.task(name=noting.DELIVER, queue=noting.QUEUE, retry=LATER)
async def deliver_once(delivery_id: str, turn: int = 0) -> None:
    """Try to deliver; what the other side does is no error of the job."""
    await deliver(UUID(delivery_id), turn)


@app.task(name=notices.TASK, queue="default", retry=LATER)
async def mail_paused_webhook(webhook_id: int, user_id: int | None = None) -> None:
    """Write to an owner or admin that a webhook was paused; a job of an earlier release says not to whom."""
    if user_id is None:
        await db(notices.announce_pause, webhook_id)
    else:
        await db(notices.mail_pause, webhook_id, user_id)
