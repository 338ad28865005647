"""Write conversations to a file, as JSON Lines or as one page of HTML: for an archive, or to move elsewhere."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Website
from audit.recording import record
from conversations.archive import Wanted, as_lines, as_page
from conversations.models import Conversation

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", type=Path, help="The file. Only you may read it.")
        parser.add_argument("--website", type=int, action="append", required=True, help="Its number; several times.")
        parser.add_argument("--since", type=date.fromisoformat, help="Begun on this day (UTC) or later: 2026-11-20.")
        parser.add_argument("--until", type=date.fromisoformat, help="Begun before this day.")
        parser.add_argument("--status", choices=Conversation.Status.values, default="")
        parser.add_argument("--format", choices=("jsonl", "html"), help="By the file's ending unless told.")
        parser.add_argument("--notes", action="store_true", help="With what only staff may see.")
        parser.add_argument("--embed", action="store_true", help="Pictures within the page, not as links.")

    def handle(self, *args: Any, to: Path, website: list[int], format: str | None, **options: Any) -> None:
        unknown = set(website) - set(Website.objects.filter(pk__in=website).values_list("pk", flat=True))
        if unknown:
            raise CommandError(f"There is no website {min(unknown)}.")
        names = ("since", "until", "status", "notes", "embed")
        wanted = Wanted(websites=website, **{name: options[name] for name in names})
        kind = format or ("html" if to.suffix in (".html", ".htm") else "jsonl")
        try:
            write(to, as_page(wanted) if kind == "html" else as_lines(wanted), partial(note, wanted))
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}") from None
        self.stdout.write(f"{to} is written.")


def write(to: Path, pieces: Iterable[str], when_whole: Callable[[], None]) -> None:
    """What is half written never has the name that was asked for, nor has what `when_whole` could not note.

    In a folder that others may write to, nobody can lay a file or a link where ours is to be: it would be theirs to
    read. Its name cannot be guessed, either. A link that has the name that was asked for is replaced, not followed.
    """
    draft = to.with_name(f".{to.name[:100]}.{secrets.token_hex(8)}")
    with open(os.open(draft, NEW, 0o600), "w", encoding="utf-8") as file:
        try:
            file.writelines(pieces)
            file.flush()
            when_whole()
            draft.replace(to)
        finally:
            draft.unlink(missing_ok=True)


@transaction.atomic
def note(wanted: Wanted) -> None:
    """In the log of each organisation: who runs this server has taken their conversations away in a file."""
    since, until = (str(day) if day else None for day in (wanted.since, wanted.until))
    status = wanted.status or None
    for website in Website.objects.filter(pk__in=wanted.websites).order_by("pk"):
        record("website.conversations_exported", website, since=since, until=until, status=status, notes=wanted.notes)
