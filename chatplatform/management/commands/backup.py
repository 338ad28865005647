"""Write all rows and all files that people sent into one archive, while people go on chatting."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.backups.archive import Damaged, open_archive
from foundation.backups.folder import newest_backup, remove_old
from foundation.backups.making import back_up
from foundation.logs import log

logger = log(__name__)
RETRY = 300.0  # seconds until a backup that failed is tried again
FAILURES = (psycopg.Error, OSError, Damaged)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, help="Where to; else BACKUP_DIR.")
        parser.add_argument("--keep", type=int, help="How many to keep there; else BACKUP_KEEP.")
        parser.add_argument("--regularly", action="store_true", help="One every BACKUP_HOURS, until it is stopped.")
        parser.add_argument(
            "--verify", type=Path, metavar="FILE", help="Make none: read this one, and say if it is whole."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"] or settings.BACKUP_DIR
        keep = options["keep"] or settings.BACKUP_KEEP
        if options["verify"]:
            self._verify(options["verify"])
        elif options["regularly"]:
            keep_backing_up(folder, keep)
        else:
            self._once(folder, keep)

    def _once(self, folder: Path, keep: int) -> None:
        try:
            file, manifest = back_up(folder)
        except FAILURES as error:
            raise CommandError(f"There is no backup: {error}") from None
        removed = remove_old(folder, keep)
        size = file.stat().st_size
        self.stdout.write(f"{manifest.rows} rows, {len(manifest.files)} files, {size} bytes, {manifest.seconds:.1f} s")
        if removed:
            self.stdout.write(f"Removed {len(removed)} older.")
        self.stdout.write(str(file))

    def _verify(self, file: Path) -> None:
        try:
            with open_archive(file) as archive:
                archive.verify()
        except Damaged as error:
            raise CommandError(f"{file.name} is damaged: {error}") from None
        told = archive.manifest
        self.stdout.write(f"Whole: {told.rows} rows and {len(told.files)} files of {told.begun_at}.")


def keep_backing_up(folder: Path, keep: int) -> None:
    """By the age of the newest: a restart makes none before its time."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.wait(seconds_until_next(folder)):
        try:
            back_up(folder)
            remove_old(folder, keep)
        except FAILURES as error:
            logger.error("[BACKUP] failed", error=type(error).__name__, reason=str(error).splitlines()[0])
            if stopping.wait(RETRY):
                return


def seconds_until_next(folder: Path) -> float:
    newest = newest_backup(folder)
    if newest is None:
        return 0.0
    return max(0.0, newest.begun_at.timestamp() + settings.BACKUP_HOURS * 3600 - time.time())
