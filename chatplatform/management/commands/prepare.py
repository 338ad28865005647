"""Bring the database up to date: wait for Postgres, then migrate, one process at a time.

Run at each start, and on as many machines as there are: whoever comes second waits, then finds nothing to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader

from chatplatform.checks import line, refuse_unsafe_settings, safe_in_production
from foundation.backups.restoring import LOCK, bring_back
from foundation.redis_hosts import urls
from foundation.redis_urls import host_name

PAUSE = 1.0  # seconds between tries to reach Postgres
# Told by Postgres itself, in words only; more patience does not help.
HOPELESS = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")

Say = Callable[[str], object]


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # they may ask the database, which is not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patience", type=float, default=60, help="Seconds to wait for Postgres.")

    def handle(self, *args: Any, patience: float, **options: Any) -> None:
        refuse_unsafe_settings()
        say = self.stdout.write
        for warning in safe_in_production(None):
            say(line(warning))
        for url in urls():
            check_redis(url, say)
        with connected(settings.DATABASE_URL, patience, say) as connection, alone(connection, say):
            bring_back()
            try:
                call_command("migrate", interactive=False, stdout=self.stdout)
                if settings.DEMO:
                    call_command("seed_demo", stdout=self.stdout)
                say_if_newer(say)
            except OperationalError as problem:
                raise CommandError(f"Postgres cannot do it: {sentence(problem)}") from problem


@contextmanager
def connected(url: str, patience: float, say: Say) -> Iterator[psycopg.Connection[Any]]:
    """A connection as soon as Postgres gives one; CommandError with its reason when it will not."""
    deadline = time.monotonic() + patience
    connection = None
    while connection is None:
        try:
            connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as problem:
            reason = sentence(problem)
            if any(words in reason for words in HOPELESS):
                raise CommandError(f"Postgres refuses us: {reason} (DATABASE_URL)") from None
            if time.monotonic() >= deadline:
                raise CommandError(f"Postgres did not answer for {patience:g} s: {reason}") from None
            say(f"Waiting for Postgres: {reason}")
            time.sleep(PAUSE)
    with connection:
        yield connection


@contextmanager
def alone(connection: psycopg.Connection[Any], say: Say) -> Iterator[None]:
    """Holds the lock of this database. It ends with the connection: a killed process leaves none behind."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    if row != (True,):
        say("Somebody else prepares this database; waiting.")
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def check_redis(url: str, say: Say) -> None:
    """CommandError when it will never do. One that is away is waited for by nobody: it holds hints only."""
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except (redis.AuthenticationError, redis.ResponseError) as problem:
        raise CommandError(f"Redis refuses us: {host_name(url)}: {sentence(problem)} (REDIS_URL)") from None
    except redis.RedisError as problem:
        say(f"Redis does not answer, and is not waited for: {host_name(url)}: {sentence(problem)}")


def say_if_newer(say: Say) -> None:
    loader = MigrationLoader(connections["default"])
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations.keys() - loader.disk_migrations.keys()
        if app in loader.migrated_apps
    )
    if unknown:
        say(f"A newer version has prepared this database ({unknown[-1]}): run that one, or restore an older dump.")


def sentence(problem: Exception) -> str:
    """The first line; the others repeat it for each address that was tried."""
    return str(problem).strip().splitlines()[0]
