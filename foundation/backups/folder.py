"""The folder that backups lie in: how they are named, which is the newest, and which are too many."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LATE = 1.5  # times BACKUP_HOURS: the newest is too old
GIVEN_UP = 3600.0  # seconds in which nothing was written
PAUSE = 0.05  # seconds
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"chat-(\d{8}T\d{6}Z)\.zip")


@dataclass(frozen=True, order=True)
class Backup:
    begun_at: datetime
    file: Path


def name_for(begun_at: datetime) -> str:
    return f"chat-{begun_at.astimezone(UTC).strftime(STAMP)}.zip"


def claim(folder: Path) -> tuple[datetime, Path]:
    """When a new one begins, and its file, which no other has: two of one second would write into each other."""
    while True:
        begun_at = datetime.now(UTC)
        file = folder / name_for(begun_at)
        with suppress(FileExistsError):
            unfinished(file).touch(mode=0o600, exist_ok=False)
            if not file.exists():
                return begun_at, file
            unfinished(file).unlink()
        time.sleep(PAUSE)


def unfinished(file: Path) -> Path:
    """What it is called until it is whole."""
    return file.with_name(f"{file.name}.unfinished")


def backups_in(folder: Path) -> list[Backup]:
    """The oldest first. What was begun and not finished has another name."""
    try:
        files = list(folder.iterdir())
    except OSError:  # not there, or not for us
        return []
    found = [(NAME.fullmatch(file.name), file) for file in files]
    return sorted(Backup(_read(match[1]), file) for match, file in found if match)


def newest_backup(folder: Path) -> Backup | None:
    return max(backups_in(folder), default=None)


def remove_old(folder: Path, keep: int) -> list[Path]:
    """All but the newest; and what earlier tries have left unfinished, unless somebody is still at it."""
    too_many = [one.file for one in backups_in(folder)[:-keep]]
    begun = folder.glob("chat-*.zip.unfinished")
    left = [*too_many, *(file for file in begun if time.time() - file.stat().st_mtime > GIVEN_UP)]
    for file in left:
        file.unlink(missing_ok=True)
    return left


def _read(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
