"""Fill an empty installation with the demo's customers, people, articles and conversations."""

from __future__ import annotations

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Website
from conversations.subscribers.live import everything_told
from demo.companies import COMPANIES
from demo.seeding.customers import seed_customer
from demo.seeding.plays import play
from demo.seeding.scripts import scripts_of
from foundation.db import close_pools
from foundation.redis import close_redis


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's log-ins are published, so it is seeded only where DEMO=1 is set.")
        websites = [seed_customer(company) for company in COMPANIES.values()]
        played = asyncio.run(seed_conversations(websites))
        self.stdout.write(f"The demo has {len(websites)} customers; {played} conversations are new.")


async def seed_conversations(websites: list[Website]) -> int:
    """How many are new."""
    try:
        played = await asyncio.gather(
            *[
                play(script, website)
                for website in websites
                for script in scripts_of(COMPANIES[website.website_key].folder)
            ]
        )
        return sum(played)
    finally:
        await everything_told()
        await close_pools()
        await close_redis()
