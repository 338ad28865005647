"""Replace the database and the files that people sent by those of an archive that `backup` has made.

Exit code 3: it was not done, and everything is as it was.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.backups.archive import Damaged, open_archive
from foundation.backups.restoring import FilesAreMissing, Refused, refuse_unless_safe, restore

UNCHANGED = 3  # ends with it where everything is as it was before: what served can go on


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The archive; - for standard input.")
        parser.add_argument("--force", action="store_true", help="Though there are people in this installation.")

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        if str(file) == "-":
            with kept(sys.stdin.buffer, settings.BACKUP_DIR) as copy:
                self._restore(copy, force)
        else:
            self._restore(file, force)

    def _restore(self, file: Path, force: bool) -> None:
        began = time.monotonic()
        try:
            with open_archive(file) as archive:
                refuse_unless_safe(archive, force=force)
                self.stdout.write(f"The archive of {archive.manifest.begun_at} is whole.")
                restore(archive, self.stdout.write)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=UNCHANGED) from None
        except Damaged as error:
            raise CommandError(f"The archive is damaged: {error}", returncode=UNCHANGED) from None
        except psycopg.Error as error:
            problem = str(error).splitlines()[0]
            raise CommandError(f"Postgres cannot do it: {problem}", returncode=UNCHANGED) from None
        except FilesAreMissing as error:
            raise CommandError(f"{error}. Make room, and restore once more with --force.") from None
        self.stdout.write(f"Restored in {time.monotonic() - began:.1f} s.")


@contextmanager
def kept(source: IO[bytes], folder: Path) -> Iterator[Path]:
    """What comes in, in a file where there is room for it: an archive is read from both its ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="restoring-") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        yield Path(copy.name)
