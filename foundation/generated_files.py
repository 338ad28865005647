"""Commands whose output is committed: written by one call, checked to be current by another."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class GeneratedFilesCommand(BaseCommand):
    """Subclasses say what `files` there are: text by path, relative to the project."""

    requires_system_checks = ()

    def files(self) -> dict[str, str]:
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail if the files are not up to date.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = []
        for name, text in self.files().items():
            path = settings.BASE_DIR / name
            if path.is_file() and path.read_text() == text:
                continue
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        if check and stale:
            command = type(self).__module__.rsplit(".", 1)[1]
            raise CommandError(f"out of date: {', '.join(stale)}; run manage.py {command}")
