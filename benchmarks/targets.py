"""Who is measured: how each is started, what it needs in its database, and how to see that it has stored everything."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

Environ = Mapping[str, str]
Plan = dict[str, Any]
NODE = Path(sys.executable).parent.parent / "node" / "node"


@dataclass(frozen=True)
class Target:
    """`cast(environment, people)` makes what the client needs and says where it connects."""

    name: str
    title: str
    program: tuple[str | Path, ...]
    messages: str  # the table of what was said
    make_tables: Callable[[Environ, Path], None]
    cast: Callable[[Environ, Mapping[str, int]], Plan]
    settings: Mapping[str, str] = field(default_factory=dict)
    worker: tuple[str | Path, ...] = ()  # runs beside it

    def command(self, port: str) -> list[str | Path]:
        return [port if part == "PORT" else part for part in self.program]


@dataclass(frozen=True)
class Running:
    """A target that has been started."""

    target: Target
    pid: int
    environment: Environ
    worker_pid: int = 0

    def cast(self, **people: int) -> Plan:
        """For example `cast(visitors=50, dashboards=1)`."""
        return self.target.cast(self.environment, people)

    def misnumbered(self, plan: Plan) -> int:
        """How many of the plan's conversations have a hole or a double in their numbers."""
        statement = sql.SQL(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE conversation_id = ANY (%s::uuid[]) GROUP BY conversation_id"
            " HAVING max(seq) <> count(*) OR min(seq) <> 1) AS bad"
        )
        return self._number(statement, plan)

    def stored(self, plan: Plan) -> int:
        """How many messages the plan's conversations have."""
        return self._number(sql.SQL("SELECT count(*) FROM {} WHERE conversation_id = ANY (%s::uuid[])"), plan)

    def _number(self, statement: sql.SQL, plan: Plan) -> int:
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            table = sql.Identifier(self.target.messages)
            row = connection.execute(statement.format(table), [plan["conversations"]]).fetchone()
        return int(row[0]) if row else 0


def run_python(environment: Environ, *arguments: str, folder: Path | None = None) -> str:
    command = [sys.executable, *arguments]
    ran = subprocess.run(command, env=dict(environment), cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return ran.stdout


# --- the product ---


def migrate_product(environment: Environ, folder: Path) -> None:
    run_python(environment, "manage.py", "migrate", "-v0", folder=folder)


def cast_of_product(environment: Environ, people: Mapping[str, int]) -> Plan:
    quiet = {**environment, "LOG_LEVEL": "WARNING"}
    plan: Plan = json.loads(run_python(quiet, "-m", "benchmarks.cast", json.dumps(people)))
    return plan


# --- the others: no people, no tokens, only conversations ---


def migrate_baseline(environment: Environ, folder: Path) -> None:
    run_python(environment, "-m", "django", "migrate", "--run-syncdb", "-v0", folder=folder)


def make_peers_tables(environment: Environ, folder: Path) -> None:
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute((folder / "benchmarks" / "peers" / "tables.sql").read_bytes())


BASELINE_ROW = """
INSERT INTO baseline_conversation (id, website_id, rev, message_count, preview, last_message_at)
SELECT unnest(%s::uuid[]), 1, 0, 0, '', now()
"""
PEER_ROW = "INSERT INTO conversation (id, website_id) SELECT unnest(%s::uuid[]), 1"


def cast_without_people(row: str) -> Callable[[Environ, Mapping[str, int]], Plan]:
    def cast(environment: Environ, people: Mapping[str, int]) -> Plan:
        conversations = [str(uuid4()) for _ in range(people["visitors"])]
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(row.encode(), [conversations])
        socket = environment["PUBLIC_URL"].replace("http", "ws", 1)
        return {
            "conversations": conversations,
            "visitors": [{"url": f"{socket}/ws/chat/{one}/", "token": "none"} for one in conversations],
            "dashboards": [{"url": f"{socket}/ws/dashboard/", "token": "none"}] * people.get("dashboards", 0),
        }

    return cast


PRODUCT = Target(
    name="product",
    title="product",
    program=(sys.executable, "-m", "foundation.web_server", "--port", "PORT"),
    worker=(sys.executable, "manage.py", "run_worker"),
    messages="conversations_entry",
    make_tables=migrate_product,
    cast=cast_of_product,
    # As in production, but for the limits, which a benchmark must exceed.
    settings={
        "DJANGO_SETTINGS_MODULE": "chatplatform.settings",
        "LOG_FORMAT": "json",
        "SECRET_KEY": "only-for-benchmarks-" * 4,
        "LIMIT_VISITOR_MESSAGES_PER_SECOND": "1000000",
        "LIMIT_VISITOR_BURST": "1000000",
        "LIMIT_SOCKETS_PER_ADDRESS": "100000",
        "LIMIT_CONNECTS_PER_MINUTE": "1000000",
        "LIMIT_COMMANDS_PER_SECOND": "1000000",
    },
)
BASELINE = Target(
    name="baseline",
    title="tutorial recipe",
    program=(sys.executable, "-m", "daphne", "-p", "PORT", "benchmarks.baseline.asgi:application"),
    messages="baseline_message",
    make_tables=migrate_baseline,
    cast=cast_without_people(BASELINE_ROW),
    settings={"DJANGO_SETTINGS_MODULE": "benchmarks.baseline.settings"},
)
PEER = Target(
    name="peer",
    title="bare Node",
    program=(NODE, "benchmarks/peers/node.mjs"),
    messages="message",
    make_tables=make_peers_tables,
    cast=cast_without_people(PEER_ROW),
)
# Not what anybody is held against, but said beside it: the same with our way of storing, and still without a check.
BATCHING_PEER = replace(PEER, name="batching", title="Node in batches", settings={"STATEMENTS": "together"})
# The floor under `accepts`: nobody is compared with it, it says what is to be had.
GREETER = replace(
    PEER,
    name="greeter",
    title="uvicorn that only greets",
    program=(
        *(sys.executable, "-m", "uvicorn", "benchmarks.peers.greeter:app", "--port", "PORT"),
        *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--lifespan", "off"),
        *("--no-access-log", "--log-level", "warning"),
    ),
)
# The same under `fanout`.
TELLER = replace(
    PEER,
    name="teller",
    title="a thread that only sends",
    program=(sys.executable, "benchmarks/peers/teller.py", "PORT"),
)
JUDGED = (PRODUCT, BASELINE, PEER)
ALL = (*JUDGED, BATCHING_PEER)
