"""Bring a backup back: the database becomes what it was, in the form of its version, and is then brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

import psycopg
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from foundation.backups.archive import Archive, Damaged, Manifest
from foundation.backups.making import UPLOADS, files_in, fingerprint
from foundation.backups.tables import (
    Connection,
    Table,
    copy_in,
    empty,
    in_order,
    set_sequences,
    tables_of,
    triggers_off,
)

Say = Callable[[str], object]
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
PEOPLE = ("accounts_organisation", "accounts_user")
ASIDE = "before_restore"  # the schema of what was there, until all that the archive holds is
LOCK = 0x63_68_61_74  # "chat", of who gives the database its form; any number that nobody else in it locks


class FilesAreMissing(Exception):
    """The database is back, and not all files are."""


class Refused(Exception):
    """It was not done, and nothing was changed. Says why, and what to do."""


def refuse_unless_safe(archive: Archive, *, force: bool) -> None:
    """Raises Refused and Damaged: before anything is touched, but for what a restore that was killed has left."""
    archive.verify()
    unknown = newer_migrations(archive.manifest)
    if unknown:
        raise Refused(f"A newer version has made this archive ({unknown[-1]}): run that one, then restore.")
    connections.close_all()
    with psycopg.connect(settings.DATABASE_URL, connect_timeout=10) as connection:
        if _number(connection, OTHERS):
            raise Refused("Others use this database. Stop web, worker and backup first.")
    bring_back()
    with psycopg.connect(settings.DATABASE_URL, connect_timeout=10) as connection:
        if not force and (_has_people(connection) or next(files_in(storages[UPLOADS]), None) is not None):
            raise Refused("There are people or files in this installation. --force replaces all of it by the archive.")


def newer_migrations(manifest: Manifest) -> list[str]:
    """Those that this version does not know, though it knows their app."""
    loader = MigrationLoader(None)
    known = loader.disk_migrations.keys()
    return [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]


def restore(archive: Archive, say: Say) -> None:
    """Replace everything by what the archive holds. Where that fails before the rows are back, the database is what it
    was. Raises Damaged where what came of it is not what the archive holds, FilesAreMissing."""
    manifest = archive.manifest
    with put_aside():
        say("The database is empty; it is given the form it had …")
        _give_the_form_of(manifest)
        with psycopg.connect(settings.DATABASE_URL) as connection:
            _fill(archive, connection)
        say(f"{manifest.rows} rows are back in {len(manifest.tables)} tables; it is brought up to date …")
        call_command("migrate", interactive=False, verbosity=0)
    try:
        _bring_files_back(archive, storages[UPLOADS])
    except (OSError, Damaged) as error:
        raise FilesAreMissing(f"The database is back, but not all files are: {error}") from error
    say(f"{len(manifest.files)} files are back.")
    if manifest.key != fingerprint():
        say(
            "SECRET_KEY or ENCRYPTION_KEYS differ from those of the backup: people log in once more, and stored keys"
            " (AI endpoints, webhooks, identity) cannot be read until the old one is among ENCRYPTION_KEYS."
        )


@contextmanager
def put_aside() -> Iterator[None]:
    """An empty database within; what was there comes back when that fails, and is removed when it does not."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with connection.transaction():
            connection.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
            connection.execute("CREATE SCHEMA public")
        try:
            yield
        except BaseException:
            connections.close_all()
            bring_back()
            raise
        connection.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def bring_back() -> None:
    """What a restore has put aside that came to no end: one that failed, or was killed. Who calls it holds LOCK, or is
    alone."""
    with psycopg.connect(settings.DATABASE_URL, connect_timeout=10) as connection:
        if _number(connection, f"SELECT count(to_regnamespace('{ASIDE}'))"):
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")


def _give_the_form_of(manifest: Manifest) -> None:
    connections.close_all()
    executor = MigrationExecutor(connections["default"])
    applied = set(manifest.migrations)
    graph = executor.loader.graph
    targets = [node for node in applied if node in graph.nodes and not (_children(executor, node) & applied)]
    executor.migrate(targets)
    connections.close_all()


def _children(executor: MigrationExecutor, node: tuple[str, str]) -> set[tuple[str, str]]:
    found = executor.loader.graph.node_map[node].children
    return {child.key for child in found if child.key[0] == node[0]}


def _fill(archive: Archive, connection: Connection) -> None:
    """In one transaction."""
    parts = {part.name.partition("/")[2]: part for part in archive.manifest.tables}
    there = {table.name: table for table in tables_of(connection)}
    if parts.keys() != there.keys():
        raise Damaged(f"its tables are not those of its migrations: {sorted(parts.keys() ^ there.keys())}")
    tables = in_order(connection, list(there.values()))
    with triggers_off(connection, tables):
        empty(connection, tables)
        for table in tables:
            part = parts[table.name]
            with archive.opened(part) as source:
                written = copy_in(connection, Table(table.name, part.columns), source)
            if written != part.rows:
                raise Damaged(f"{table.name}: {written} rows, and not {part.rows}")
        set_sequences(connection, archive.manifest.sequences)


def _bring_files_back(archive: Archive, storage: Storage) -> None:
    for name in list(files_in(storage)):
        storage.delete(name)
    for part in archive.manifest.files:
        name = part.name.removeprefix("files/")
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise Damaged(f"{name} would lie outside of the folder for uploads")
        with archive.opened(part) as opened:
            stored = storage.save(name, File(opened, name))
        if stored != name:
            raise Damaged(f"{name} was stored as {stored}")


def _has_people(connection: Connection) -> bool:
    there = [name for name in PEOPLE if _number(connection, f"SELECT count(to_regclass('public.{name}'))")]
    return any(_number(connection, f"SELECT count(*) FROM {name}") for name in there)


def _number(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
