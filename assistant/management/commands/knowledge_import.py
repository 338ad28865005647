"""Take articles in from a folder of Markdown files, or a .json or .zip file: all of them or, where one is bad, none.

What has the slug of an article changes it; nothing is deleted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.website_arguments import website_named
from assistant.exchange.forms import Malformed
from assistant.exchange.importing import import_articles
from assistant.exchange.packages import read_path


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("website", help="Its number, or the key in its script tag.")
        parser.add_argument("source", type=Path, help="A folder, or a file that ends in .json, .zip or .md.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")

    def handle(self, *args: Any, website: str, source: Path, dry_run: bool, **options: Any) -> None:
        found = website_named(website)
        try:
            plan = import_articles(found, read_path(source), is_dry=dry_run)
        except (Malformed, OSError) as error:
            raise CommandError(f"Nothing was taken in: {error}") from None
        would = "would be " if dry_run else ""
        for word, slugs in ((f"{would}new", plan.made), (f"{would}changed", plan.changed)):
            for slug in slugs:
                self.stdout.write(f"{word}: {slug}")
        self.stdout.write(f"{len(plan.made)} new, {len(plan.changed)} changed, {len(plan.same)} as they were.")
