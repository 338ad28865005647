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
async def deliver_once(delivery_id: str) -> None:
    """Try to deliver; what the other side does is no error of the job."""
    await deliver(UUID(delivery_id))


@app.task(name=notices.TASK, queue="default", retry=LATER)
async def mail_paused_webhook(webhook_id: int) -> None:
    """Write to owners and admins that a webhook was paused."""
    await db(notices.mail_pause, webhook_id)
