"""A second installation beside that of the tests: a database, a folder for files and a Redis prefix of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from foundation.backups.tables import digests, sequences_of
from tests.servers.databases import SERVER, database_name, database_url
from tests.servers.stack import PROJECT

Digests = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Installation:
    """`settings` make a server or a command one of this installation."""

    database: str
    uploads: Path
    backups: Path

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database,
            "UPLOAD_DIR": str(self.uploads),
            "BACKUP_DIR": str(self.backups),
            "REDIS_PREFIX": self.database.rpartition("/")[2],
        }

    def manage(self, *arguments: str | Path, ok: bool = True, **settings: str) -> str:
        """What a command of `manage.py` prints; with `ok` false it has to fail."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=PROJECT,
            env=os.environ | self.settings | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode == 0) is ok, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def rows(self) -> Digests:
        with psycopg.connect(self.database) as connection:
            return digests(connection)

    def numbers(self) -> dict[str, int]:
        """The last that each sequence has given out: the next row must not get one that is taken."""
        with psycopg.connect(self.database) as connection:
            return sequences_of(connection)

    def files(self) -> dict[str, bytes]:
        found = (file for file in self.uploads.rglob("*") if file.is_file())
        return {str(file.relative_to(self.uploads)): file.read_bytes() for file in found}


def this_installation(backups: Path) -> Installation:
    """That of the shared stack."""
    return Installation(os.environ["DATABASE_URL"], Path(os.environ["UPLOAD_DIR"]), backups)


@contextmanager
def second_installation(folder: Path) -> Iterator[Installation]:
    """Its database has nothing in it, not even tables."""
    name = database_name(f"second_{secrets.token_hex(3)}")
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield Installation(database_url(name), folder / "uploads", folder / "backups")
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
