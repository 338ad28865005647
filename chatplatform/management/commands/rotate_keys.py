"""Encrypt what is stored under older secrets with the newest one; afterwards the older ones can be taken away.

ENCRYPTION_KEYS=new,old manage.py rotate_keys          then ENCRYPTION_KEYS=new
manage.py rotate_keys --check                          counts only; exit code 1 while anything is left to do
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatplatform.key_rotation import Outcome, columns, rotate


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="count, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        total: Counter[Outcome] = Counter()
        for column in columns():
            counted = rotate(column, only_count=options["check"])
            total += counted
            said = ", ".join(f"{count} {outcome.value}" for outcome, count in counted.items()) or "nothing stored"
            self.stdout.write(f"{column}: {said}")
        if total[Outcome.UNREADABLE]:
            raise CommandError(f"{total[Outcome.UNREADABLE]} cannot be read: their secret is not in ENCRYPTION_KEYS.")
        if options["check"] and total[Outcome.OLD]:
            raise CommandError(f"{total[Outcome.OLD]} are under an older secret.")
