"""Make a backup: one snapshot of the database, then the files that it may name."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages

from foundation.backups.archive import Manifest, Part, Writer, new_archive, open_archive
from foundation.backups.folder import claim
from foundation.backups.tables import Connection, copy_out, sequences_of, snapshot, tables_of
from foundation.logs import log

logger = log(__name__)
UPLOADS = "uploads"  # exports lie there for a day only, and are made again by whoever wants one


def back_up(folder: Path) -> tuple[Path, Manifest]:
    """The new archive, which was read again, and what is in it. Raises psycopg.Error, OSError and Damaged."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    began = time.monotonic()
    begun_at, file = claim(folder)
    with new_archive(file) as writer:
        with snapshot(settings.DATABASE_URL) as connection:
            manifest = Manifest(begun_at.isoformat(), _migrations(connection), fingerprint())
            manifest.sequences = sequences_of(connection)
            _write_tables(writer, connection, manifest)
        _write_files(writer, storages[UPLOADS], manifest)
        manifest.seconds = round(time.monotonic() - began, 3)
        writer.finish(manifest)
    with open_archive(file) as archive:
        archive.verify()
    logger.info(
        "[BACKUP] made",
        file=file.name,
        size=file.stat().st_size,
        rows=manifest.rows,
        files=len(manifest.files),
        missing=len(manifest.missing),
        seconds=manifest.seconds,
    )
    return file, manifest


def fingerprint() -> str:
    """Of the secret that encrypts, which is not in the archive: it tells nobody the secret, but who has it is known."""
    secret = (settings.ENCRYPTION_KEYS or [settings.SECRET_KEY])[0]
    return hashlib.scrypt(secret.encode(), salt=b"chatplatform backup", n=2**14, r=8, p=1, dklen=12).hex()


def _migrations(connection: Connection) -> list[tuple[str, str]]:
    return [(app, name) for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY id")]


def _write_tables(writer: Writer, connection: Connection, manifest: Manifest) -> None:
    for table in tables_of(connection):
        part = Part(f"tables/{table.name}", columns=table.columns)
        with writer.member(part) as write:
            part.rows = copy_out(connection, table, write)
        manifest.tables.append(part)


def _write_files(writer: Writer, storage: Storage, manifest: Manifest) -> None:
    """One that is removed while this runs was removed by somebody: it belongs into no backup."""
    for name in files_in(storage):
        try:
            opened = storage.open(name)
        except FileNotFoundError:
            manifest.missing.append(name)
            continue
        part = Part(f"files/{name}")
        with opened, writer.member(part, pack=False) as write:
            for chunk in opened.chunks():
                write(chunk)
        manifest.files.append(part)


def files_in(storage: Storage, folder: str = "") -> Iterator[str]:
    """All of them, by name; none where the folder is not there yet."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in sorted(names))
    for one in sorted(folders):
        yield from files_in(storage, prefix + one)
