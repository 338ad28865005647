"""Delete what rested for as long as its website keeps it; with --dry-run, say how much that is."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Website
from conversations.subscribers.live import everything_told
from foundation.db import close_pools
from foundation.redis import close_redis
from privacy.actions.retention import due_of, keep_to_retention


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Delete nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if not dry_run:
            self.stdout.write(f"{asyncio.run(_delete())} conversations and visitors were deleted.")
            return
        for website in Website.objects.exclude(keep_days=None).order_by("pk"):
            due = due_of(website.pk, website.keep_days or 0)
            self.stdout.write(
                f"{website.pk} {website.name}, kept for {website.keep_days} days: {due.conversations} conversations,"
                f" {due.entries} entries, {due.files} files and {due.visitors} visitors would go."
            )


async def _delete() -> int:
    try:
        return await keep_to_retention(longest=float("inf"))
    finally:
        await everything_told()
        await close_pools()
        await close_redis()
