"""One migrated template for a whole test run; a copy of it, and a Redis prefix, for each xdist worker.

The shell's DATABASE_URL and REDIS_URL are ignored: tests never touch anybody's data. TEST_DATABASE_URL and
TEST_REDIS_URL name servers to use in place of embedded ones.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from chatplatform.environment import Environment
from foundation.embedded.temporary import EmbeddedServers

PROJECT = Path(__file__).resolve().parents[2]
# How a worker learns what the main process has started.
SERVER, REDIS, RUN = "TEST_DATABASE_URL", "TEST_REDIS_URL", "TEST_RUN"
# So that tests, which all come from one address, do not meet the limits. Tests of the limits set them lower.
NO_LIMIT = "1000000"
UPLOADS = Path(tempfile.gettempdir()) / "chatplatform-test-uploads"


class TestRun:
    """In the main process of pytest: starts what the workers share, and takes it away again."""

    __test__ = False

    def __init__(self) -> None:
        self.resources = ExitStack()

    def start(self) -> None:
        given = {name: os.environ.get(name, "") for name in (SERVER, REDIS)}
        if not all(given.values()):
            servers = self.resources.enter_context(EmbeddedServers())
            os.environ[SERVER] = given[SERVER] or servers.postgres.url("postgres")
            os.environ[REDIS] = given[REDIS] or servers.redis.url()
        os.environ[RUN] = f"test_{secrets.token_hex(3)}"
        self.resources.callback(drop_databases)
        copy_database("template1", database_name("template"))
        migrate(database_name("template"))

    def stop(self) -> None:
        self.resources.close()


def another_copy() -> str:
    """The name of a database in which no other test has left anything; dropped with those of the test run."""
    name = database_name(f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{secrets.token_hex(4)}")
    copy_database(database_name("template"), name)
    return name


def use_copy_for(worker: str) -> None:
    """In each process that runs tests: makes its database and points the environment at it."""
    forget_the_shells_settings()
    copy_database(database_name("template"), database_name(worker))
    os.environ |= environment_for(database_name(worker))


def forget_the_shells_settings() -> None:
    """Also that of Django: with it, pytest-django reads the settings before we have made them."""
    for name in (*Environment.model_fields, "port", "django_settings_module"):
        os.environ.pop(name.upper(), None)


def environment_for(database: str) -> dict[str, str]:
    limits = {name.upper(): NO_LIMIT for name in Environment.model_fields if name.startswith("limit_")}
    return limits | {
        "DJANGO_SETTINGS_MODULE": "chatplatform.settings",
        "DATABASE_URL": database_url(database),
        "REDIS_URL": os.environ[REDIS],
        "REDIS_PREFIX": database,
        "SECRET_KEY": "only-for-tests-" * 5,
        "UPLOAD_DIR": str(UPLOADS / database),
        "EXPORT_DIR": str(UPLOADS / f"{database}-exports"),
        "DEMO": "1",
        # The AI endpoints of tests are on this machine, and answer at once or not at all.
        "AI_PRIVATE_ADDRESSES": "1",
        "AI_FIRST_TOKEN_SECONDS": "5",
        "AI_ANSWER_SECONDS": "15",
        # So are the websites that are read, and nobody has to be spared.
        "KNOWLEDGE_PRIVATE_HOSTS": "127.0.0.1",
        "KNOWLEDGE_PAUSE_SECONDS": "0",
        "WEBHOOK_RETRY_SECONDS": "0.2",
    }


def migrate(database: str) -> None:
    environment = os.environ | environment_for(database)
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)


def copy_database(original: str, copy: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(copy), sql.Identifier(original)))


def drop_databases() -> None:
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        ours = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [os.environ[RUN]])
        for (name,) in ours.fetchall():
            shutil.rmtree(UPLOADS / name, ignore_errors=True)
            shutil.rmtree(UPLOADS / f"{name}-exports", ignore_errors=True)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def database_name(worker: str) -> str:
    return f"{os.environ[RUN]}_{worker}"


def database_url(database: str) -> str:
    return urlsplit(os.environ[SERVER])._replace(path=f"/{database}").geturl()
