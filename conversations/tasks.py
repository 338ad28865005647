"""The core's jobs."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.actors import VisitorActor
from conversations.actions.transcripts import TASK, mail_transcript
from foundation.db import db


@app.task(name=TASK, queue="default", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
async def send_transcript(conversation_id: str, visitor_id: str, website_id: int, email: str) -> None:
    """E-mail a conversation to its visitor."""
    await db(mail_transcript, VisitorActor(UUID(visitor_id), website_id), UUID(conversation_id), email)
