"""How many messages a second one web process stores and delivers to visitor and dashboard.

    .venv/bin/python -m benchmarks.throughput [--visitors 50] [--seconds 8] [--rounds 3]

Runs the product and the bare peer (peers/bare.py: the same techniques, no product) by turns on the same servers, with
the same client, and prints each round and the ratio of the medians. Machines differ and are noisy: trust the ratio.
Conversations are handled by people. Messages that are lost, doubled or misnumbered fail the run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from foundation.embedded.temporary import EmbeddedServers
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec

PROJECT = Path(__file__).resolve().parent.parent
LOGS = PROJECT / "test-results" / "benchmarks"
CONTENT = "Hello, I would like to know whether the blue tent is back in stock and when it could be here."
Environ = dict[str, str]


def main() -> None:
    options = arguments()
    rates: dict[str, list[int]] = {"product": [], "bare": []}
    with EmbeddedServers() as servers:
        for round_number in range(options.rounds):
            for name, measure in (("product", measure_product), ("bare", measure_bare)):
                database = f"{name}_{round_number}"
                servers.postgres.create_database(database)
                result = measure(environment_for(servers, database), options)
                print(f"{name:8} {json.dumps(result)}", flush=True)
                rates[name].append(result["messages_per_second"])
    print(f"product / bare: {median(rates['product']) / median(rates['bare']):.2f}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def environment_for(servers: EmbeddedServers, database: str) -> Environ:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIMIT_", "DATABASE_", "REDIS_"))}
    return kept | {
        "DATABASE_URL": servers.postgres.url(database),
        "REDIS_URL": servers.redis.url(),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": "only-for-benchmarks-" * 4,
        "LOG_LEVEL": "WARNING",
        "LIMIT_VISITOR_MESSAGES_PER_SECOND": "1000000",
        "LIMIT_VISITOR_BURST": "1000000",
        "LIMIT_SOCKETS_PER_ADDRESS": "100000",
    }


def measure_product(environment: Environ, options: argparse.Namespace) -> dict[str, Any]:
    environment = environment | {"DJANGO_SETTINGS_MODULE": "chatplatform.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=PROJECT, env=environment, check=True)
    command = [sys.executable, "-m", "foundation.web_server", "--port", environment["PORT"]]
    web = start("product", command, environment)
    try:
        cast = [sys.executable, "-m", "benchmarks.cast", str(options.visitors), "human"]
        made = subprocess.run(cast, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True)
        result = drive(json.loads(made.stdout), options)
    finally:
        web.stop()
    return proved(result, environment["DATABASE_URL"], "conversations_entry")


def measure_bare(environment: Environ, options: argparse.Namespace) -> dict[str, Any]:
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute((PROJECT / "benchmarks" / "peers" / "bare.sql").read_text())
        connection.execute("INSERT INTO bare_conversation (id) SELECT generate_series(1, %s)", (options.visitors,))
    command = [sys.executable, "-m", "uvicorn", "benchmarks.peers.bare:application", "--port", environment["PORT"]]
    web = start("bare", [*command, "--no-access-log", "--log-level", "warning"], environment)
    socket = environment["PUBLIC_URL"].replace("http", "ws", 1)
    visitors = [{"url": f"{socket}/chat/{number + 1}", "token": "none"} for number in range(options.visitors)]
    try:
        result = drive({"visitors": visitors, "dashboard": {"url": f"{socket}/dashboard", "token": "none"}}, options)
    finally:
        web.stop()
    return proved(result, environment["DATABASE_URL"], "bare_message")


def start(name: str, command: list[str], environment: Environ) -> Process:
    health = f"{environment['PUBLIC_URL']}/health/live/"
    probe = [sys.executable, "-c", f"import urllib.request as r; r.urlopen('{health}', timeout=2)"]
    web = Process(
        ProcessSpec(
            name=name,
            command=command,
            log=LOGS / f"{name}.log",
            environment=environment,
            folder=PROJECT,
            is_ready=lambda: subprocess.run(probe, capture_output=True, check=False).returncode == 0,
        )
    )
    web.start()
    web.wait_until_ready()
    return web


def drive(plan: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """Run the external client; it reads the plan and answers one line of JSON."""
    plan = plan | {"seconds": options.seconds, "warm_up_seconds": 2, "content": CONTENT}
    client = [Path(sys.executable).parent / "node", PROJECT / "benchmarks" / "client.mjs"]
    ran = subprocess.run(client, input=json.dumps(plan), check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


def proved(result: dict[str, Any], database_url: str, table: str) -> dict[str, Any]:
    """The result with what is stored; exits when anything was lost, doubled or misnumbered."""
    with psycopg.connect(database_url) as connection:
        stored = _number(connection, f"SELECT count(*) FROM {table}")
        misnumbered = _number(
            connection,
            f"SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY conversation_id"
            " HAVING max(seq) <> count(*) OR min(seq) <> 1) AS bad",
        )
    counts = {result["sent"], result["acknowledged"], result["seen_by_dashboard"], stored}
    if len(counts) > 1 or misnumbered:
        sys.exit(f"messages were lost or doubled: {result}, {stored} stored, {misnumbered} conversations misnumbered")
    return result | {"stored": stored}


def _number(connection: psycopg.Connection, statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
