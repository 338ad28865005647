"""Write a website's articles and questions as Markdown files into a folder, or into one .json or .zip file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.website_arguments import website_named
from assistant.exchange.forms import Malformed, as_json
from assistant.exchange.importing import articles_of
from assistant.exchange.packages import write_folder, zip_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("website", help="Its number, or the key in its script tag.")
        parser.add_argument("--to", required=True, type=Path, help="A folder, or a file that ends in .json or .zip.")

    def handle(self, *args: Any, website: str, to: Path, **options: Any) -> None:
        articles = articles_of(website_named(website))
        try:
            if to.suffix in (".json", ".zip"):
                to.write_bytes(as_json(articles) if to.suffix == ".json" else zip_of(articles))
            else:
                write_folder(to, articles)
        except (Malformed, OSError) as error:
            raise CommandError(f"Not written: {error}") from None
        self.stdout.write(f"{len(articles)} articles are in {to}.")
