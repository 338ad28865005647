"""How many messages a second one web process stores and delivers to visitor and dashboard.

    .venv/bin/python -m benchmarks.throughput [--visitors 50] [--seconds 8] [--handled-by human|ai]

Conversations are handled by people, as in a busy shop; with `ai` each message defers a job, and no worker takes it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec
from tests.servers.embedded import EmbeddedServers

PROJECT = Path(__file__).resolve().parent.parent
CONTENT = "Hello, I would like to know whether the blue tent is back in stock and when it could be here."


def main() -> None:
    options = arguments()
    with EmbeddedServers() as servers:
        servers.postgres.create_database("bench")
        environment = environment_for(servers)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=PROJECT, env=environment, check=True)
        web = start_web(environment)
        try:
            plan = prepare(environment, options)
            result = drive(plan)
        finally:
            web.stop()
        with psycopg.connect(servers.postgres.url("bench")) as connection:
            result["stored"], result["holes"] = stored_and_holes(connection)
    print(json.dumps(result, indent=2))
    if (
        not result["sent"] == result["acknowledged"] == result["seen_by_dashboard"] == result["stored"]
        or result["holes"]
    ):
        sys.exit("messages were lost or doubled")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--handled-by", choices=["human", "ai"], default="human")
    return parser.parse_args()


def environment_for(servers: EmbeddedServers) -> dict[str, str]:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIMIT_", "DATABASE_", "REDIS_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "chatplatform.settings",
        "DATABASE_URL": servers.postgres.url("bench"),
        "REDIS_URL": servers.redis.url(),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": "only-for-benchmarks-" * 4,
        "LOG_LEVEL": "WARNING",
        "LIMIT_VISITOR_MESSAGES_PER_SECOND": "1000000",
        "LIMIT_VISITOR_BURST": "1000000",
        "LIMIT_SOCKETS_PER_ADDRESS": "100000",
    }


def start_web(environment: dict[str, str]) -> Process:
    command = [sys.executable, "-m", "foundation.web_server", "--port", environment["PORT"]]
    web = Process(
        ProcessSpec(
            name="web",
            command=command,
            log=PROJECT / "test-results" / "bench-web.log",
            environment=environment,
            folder=PROJECT,
            is_ready=lambda: is_live(environment["PUBLIC_URL"]),
        )
    )
    web.start()
    web.wait_until_ready()
    return web


def is_live(url: str) -> bool:
    command = [sys.executable, "-c", f"import urllib.request as r; r.urlopen('{url}/health/live/', timeout=2)"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def prepare(environment: dict[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """Make visitors, conversations and connection tokens in a process of its own, with the core's functions."""
    command = [sys.executable, "-m", "benchmarks.cast", str(options.visitors), options.handled_by]
    made = subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True)
    plan: dict[str, Any] = json.loads(made.stdout)
    return plan | {"seconds": options.seconds, "warm_up_seconds": 2, "content": CONTENT}


def drive(plan: dict[str, Any]) -> dict[str, Any]:
    node = Path(sys.executable).parent / "node"
    client = PROJECT / "benchmarks" / "client.mjs"
    ran = subprocess.run([node, client], input=json.dumps(plan), check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


def stored_and_holes(connection: psycopg.Connection) -> tuple[int, int]:
    """Rows in the timeline, and conversations whose numbers are not 1, 2, 3 …"""
    stored = connection.execute("SELECT count(*) FROM conversations_entry").fetchone()
    holes = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM conversations_entry GROUP BY conversation_id"
        " HAVING max(seq) <> count(*) OR min(seq) <> 1) AS bad"
    ).fetchone()
    assert stored is not None
    assert holes is not None
    return stored[0], holes[0]


if __name__ == "__main__":
    main()
