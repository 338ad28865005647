"""Follow a message through the running system and say where it gets stuck. Exit code 0: everything needed works.

    manage.py doctor             the table, with likely cause and what to do
    manage.py doctor --json      the same for programs
    manage.py doctor --watch     again and again, until Ctrl-C or SIGTERM; with --json one object a line
    manage.py doctor --website 7 figures and AI endpoint of this website alone; else of the first fifty by name

Stopped, it ends with the exit code of the last run that came to its end; 1 where none did, since nothing is known.
It makes an organisation of its own and removes it; no customer notices. What is not configured is a notice,
and so is an AI endpoint of a website's own that fails, unless this website is asked for.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand

from accounts.models import Website
from dashboard.diagnostics.findings import Report
from dashboard.diagnostics.running import diagnose
from foundation.db import close_pools
from foundation.redis import close_redis


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # what is wrong is to be told, not to be thrown
    is_well = False  # as the last run that came to its end has found it

    def create_parser(self, *args: Any, **options: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON object a run, for programs.")
        parser.add_argument("--watch", action="store_true", help="Again and again, until Ctrl-C.")
        parser.add_argument("--every", type=pause, default=10, metavar="SECONDS", help="Between two runs of --watch.")
        parser.add_argument("--website", type=int, metavar="ID", help="This one alone; else the first fifty by name.")
        parser.add_argument("--url", type=address, help="The server; PUBLIC_URL unless told.")

    def handle(self, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # it tidies up, as after Ctrl-C
        with suppress(KeyboardInterrupt):
            asyncio.run(self.run(**options))
        sys.exit(0 if self.is_well else 1)

    async def run(
        self, *, url: str | None, json: bool, watch: bool, every: float, website: int | None, **options: Any
    ) -> None:
        websites = Website.objects.all() if website is None else Website.objects.filter(pk=website)
        try:
            while True:
                report = await diagnose(url or "", websites.all(), are_customers=website is None)
                self.is_well = report.is_well
                self.show(report, json)
                if not watch:
                    return
                await asyncio.sleep(every)
        finally:
            await close_pools()
            await close_redis()

    def show(self, report: Report, as_json: bool) -> None:
        self.stdout.write(json.dumps(report.as_json()) if as_json else report.as_text())
        self.stdout.flush()


def pause(text: str) -> float:
    if not 0.1 <= float(text) <= 86_400:
        raise ArgumentTypeError(f"{text} is not between 0.1 and 86400")
    return float(text)


def address(text: str) -> str:
    there = urlsplit(text)
    if there.scheme not in ("http", "https") or not there.hostname:
        raise ArgumentTypeError(f"{text} is no address as https://chat.example.com")
    return text
