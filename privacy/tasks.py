"""The jobs of exports and of what was deleted as a whole."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.actions.websites import ERASE_WEBSITE
from privacy.actions import erase_websites, exports

LATER = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name=exports.TASK, queue="default", retry=LATER)
async def write_export(export_id: str) -> None:
    """Write the file of an export."""
    await exports.write_export(UUID(export_id))


@app.task(name=ERASE_WEBSITE, queue="default", retry=LATER)
async def erase_website(website_id: int, by_id: int | None, by_name: str) -> None:
    """Take away what a deleted website had."""
    await erase_websites.erase_website(website_id, by_id, by_name)


@app.task(name=erase_websites.ERASE_ORGANISATION, queue="default", retry=LATER)
async def erase_organisation(erasure_id: str) -> None:
    """Take away what a deleted organisation had."""
    await erase_websites.erase_organisation(UUID(erasure_id))
