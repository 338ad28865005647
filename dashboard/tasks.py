"""The dashboard's jobs."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dashboard import digests
from dashboard.reports.periods import Period
from foundation.db import db


@app.task(name=digests.TASK, queue="default", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
async def send_digest(user_id: int, first: str, last: str, zone: str) -> None:
    """E-mail one person what happened on these days."""
    period = Period(date.fromisoformat(first), date.fromisoformat(last), ZoneInfo(zone))
    await db(digests.mail_digest, user_id, period)
