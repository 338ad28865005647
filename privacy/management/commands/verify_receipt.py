"""Whether a receipt of an erasure (a JSON file) is one that this installation has signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.models.erasures import is_genuine


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        receipt = json.loads(file.read_text())
        if not is_genuine(receipt):
            raise CommandError("This receipt is not ours, or it was changed.")
        self.stdout.write(f"Genuine: {receipt['erased']} {receipt['subject_sha256']}, {receipt['finished_at']}.")
