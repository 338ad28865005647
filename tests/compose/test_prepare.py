"""`manage.py prepare`: the database is brought up to date by one process at a time, or a line says why not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from psycopg import sql

from chatplatform.management.commands.prepare import check_redis, connected
from foundation.backups.restoring import LOCK
from foundation.supervisor.ports import free_port
from tests.servers.databases import PROJECT

APPLIED = "SELECT count(*), count(DISTINCT (app, name)) FROM django_migrations"


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The URL of a database without a table."""
    name = sql.Identifier(f"{urlsplit(settings.DATABASE_URL).path[1:]}_empty")
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        yield f"{settings.DATABASE_URL}_empty"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def start(database: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "prepare", "--patience", "5"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": database, "DEMO": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.slow
def test_two_that_start_at_once_migrate_an_empty_database_once(empty_database: str) -> None:
    both = [start(empty_database), start(empty_database)]
    said = [process.communicate(timeout=100)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    with psycopg.connect(empty_database) as connection:
        row = connection.execute(APPLIED).fetchone()
    assert row is not None
    assert row[0] == row[1] > 0
    assert sum("No migrations to apply" in text for text in said) == 1


@pytest.mark.slow
def test_it_waits_for_somebody_else_who_prepares(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as somebody:
        somebody.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        process = start(empty_database)
        assert process.stdout is not None
        assert "Somebody else prepares this database" in process.stdout.readline()
        assert somebody.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
    process.communicate(timeout=100)
    assert process.returncode == 0


def test_it_says_when_there_is_nothing_to_do() -> None:
    said = io.StringIO()
    call_command("prepare", stdout=said)
    assert "No migrations to apply" in said.getvalue()


def test_a_postgres_that_does_not_answer_ends_in_a_sentence() -> None:
    heard: list[str] = []
    address = f"postgresql://chat:secret@127.0.0.1:{free_port()}/chat"
    with pytest.raises(CommandError, match=r"did not answer for 0 s: .*refused"), connected(address, 0, heard.append):
        pass


def test_a_database_that_is_not_there_ends_at_once() -> None:
    heard: list[str] = []
    missing = f"{settings.DATABASE_URL}_missing"
    with (
        pytest.raises(CommandError, match=r"Postgres refuses us: .*does not exist"),
        connected(missing, 60, heard.append),
    ):
        pass
    assert heard == []


def test_a_wrong_password_ends_at_once_and_is_not_shown() -> None:
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        if connection.execute("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'trust'").fetchone() == (0,):
            pytest.skip("this Postgres asks nobody for a password")
    wrong = urlsplit(settings.DATABASE_URL)
    address = wrong._replace(netloc=f"{wrong.username}:mistaken@{wrong.hostname}:{wrong.port}").geturl()
    with pytest.raises(CommandError, match="authentication failed") as refused, connected(address, 60, print):
        pass
    assert "mistaken" not in str(refused.value)


@pytest.mark.parametrize("wrong", [{"netloc": ":mistaken@{netloc}"}, {"path": "/9999"}])
def test_a_redis_that_will_never_do_ends_in_a_sentence(wrong: dict[str, str]) -> None:
    given = urlsplit(settings.REDIS_URL)
    address = given._replace(**{part: text.format(netloc=given.netloc) for part, text in wrong.items()}).geturl()
    with pytest.raises(CommandError, match=r"Redis refuses us: .*\(REDIS_URL\)") as refused:
        check_redis(address, print)
    assert "mistaken" not in str(refused.value)


def test_a_redis_that_is_away_is_not_waited_for() -> None:
    heard: list[str] = []
    check_redis(f"redis://127.0.0.1:{free_port()}/0", heard.append)
    assert [line.partition(":")[0] for line in heard] == ["Redis does not answer, and is not waited for"]


def test_it_says_when_a_newer_version_has_prepared_the_database() -> None:
    said = io.StringIO()
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_new', now())")
        try:
            call_command("prepare", stdout=said)
        finally:
            connection.execute("DELETE FROM django_migrations WHERE name = '9999_new'")
    assert "A newer version has prepared this database (accounts.9999_new)" in said.getvalue()
