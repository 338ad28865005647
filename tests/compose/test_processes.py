"""The processes of the containers: several web servers behind one port, and a worker that outlives Postgres."""

from __future__ import annotations

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import psycopg
import pytest

from foundation.container.health import web as health_of_web
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec
from tests.clients.people import new_address
from tests.servers.databases import another_copy, database_url
from tests.servers.stack import LOGS, PROJECT, answers

PATIENCE = 40.0
QUEUES = 3  # of a worker
CUT_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TOMORROWS_JOB = """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW('default', 'tomorrow.task', 0, NULL, NULL, '{"of": "tomorrow"}', NULL)::procrastinate_job_to_defer_v1
    ])
"""


@contextmanager
def running(name: str, *command: str, **settings: str) -> Iterator[Process]:
    log = LOGS / f"{name}-{free_port()}.log"
    environment = os.environ | settings
    with Process(
        ProcessSpec(name, [sys.executable, *command], log, environment, folder=PROJECT, stop_seconds=15)
    ) as process:
        yield process


@contextmanager
def web(port: int, *options: str, **settings: str) -> Iterator[Process]:
    command = ("-m", "foundation.container.web", "--host", "127.0.0.1", "--port", str(port), *options)
    with running("container-web", *command, **settings, PUBLIC_URL=f"http://127.0.0.1:{port}") as process:
        yield process


def wait_until(is_so: Callable[[], bool], process: Process) -> None:
    deadline = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < deadline, process.log_tail()
        sleep(0.1)


def children(process: Process) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


@pytest.mark.slow
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_two_web_processes_share_a_port_and_a_killed_one_is_replaced(server: str) -> None:
    port = free_port()
    with web(port, "--server", server, "--processes", "2") as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health/live/") and len(children(process)) == 2, process)
        before = children(process)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(children(process)) == 2 and before[0] not in children(process), process)
        assert before[1] in children(process)
        assert answers(f"http://127.0.0.1:{port}/health/live/")
        process.stop()
        assert process.exit_code == 0
        assert "web 1 ended with -9; it starts again in 1 s" in process.log_tail()


@pytest.mark.slow
def test_one_look_at_the_metrics_tells_of_both_web_processes() -> None:
    """Each request comes by a connection of its own, so either process may answer it."""
    port = free_port()
    with web(port, "--processes", "2", LIMIT_SESSIONS_PER_MINUTE="3", TRUSTED_PROXIES="1") as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health/live/") and len(children(process)) == 2, process)
        address = new_address()
        body = {"website_key": "nobodys-key"}
        statuses = [ask(port, "api/v1/widget/sessions/", address, body)[0] for _ in range(40)]
        refused = statuses.count(429)
        assert refused >= 30, statuses
        line = f'chatplatform_rate_limited_total{{limit="session",outcome="refused"}} {refused}.0'
        looks = [ask(port, "metrics", "127.0.0.1")[1] for _ in range(20)]
        assert [line in look.splitlines() for look in looks] == [True] * 20
        assert ask(port, "metrics", address)[0] == 403


def ask(port: int, path: str, address: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    """Through a proxy that saw this address: status and text."""
    headers = {"X-Forwarded-For": address, "Connection": "close"}
    answer = httpx2.request(
        "GET" if body is None else "POST",
        f"http://127.0.0.1:{port}/{path}",
        json=body,
        headers=headers,
        trust_env=False,
        timeout=30,
    )
    return answer.status_code, answer.text


def test_a_web_server_that_cannot_start_leaves_its_reason_and_does_not_end() -> None:
    with web(free_port(), SECRET_KEY="short", ALLOWED_HOSTS="", DEMO="0", LIMIT_VISITOR_BURST="many") as process:
        wait_until(lambda: "it starts again in 2 s" in process.log_tail(), process)
        assert process.is_running
        assert "LIMIT_VISITOR_BURST: Input should be a valid integer" in process.log_tail()


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    port = free_port()
    with web(port) as first:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health/live/"), first)
        with web(port) as second:
            wait_until(lambda: not second.is_running, second)
            assert second.exit_code == 1
            assert second.log_tail().strip() == f"Port {port} cannot be used: Address already in use."


@pytest.mark.slow
def test_a_request_for_a_strange_host_leaves_a_line_and_no_traceback() -> None:
    port = free_port()
    with web(port) as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health/live/"), process)
        strange = urllib.request.Request(f"http://127.0.0.1:{port}/live-chat/", headers={"Host": "scanner.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(strange, timeout=10)
        refused.value.close()
        assert refused.value.code == 400
        wait_until(lambda: "Invalid HTTP_HOST header: 'scanner.example'" in process.log_tail(), process)
        assert "Traceback" not in process.log_tail()


@pytest.mark.slow
def test_the_health_check_names_what_is_away() -> None:
    port = free_port()
    with web(port, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0") as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health/live/"), process)
        said = health_of_web(f"http://127.0.0.1:{port}/health/ready/")
        assert said is not None
        assert said.startswith("Not reachable: redis (")
        assert "postgres" not in said
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready/", timeout=10)
        refused.value.close()
        assert process.log_tail().count("not ready") == 1  # once, however often it is asked


@pytest.mark.slow
def test_a_worker_waits_for_postgres_and_works_when_it_is_there(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    nowhere = f"postgresql://chat:secret@127.0.0.1:{free_port()}/chat"
    command = ("manage.py", "run_worker", "--alive-file", str(alive))
    with running("worker-alone", *command, DATABASE_URL=nowhere) as process:
        wait_until(lambda: "no work without Postgres" in process.log_tail(), process)
        assert process.is_running
        assert "secret" not in process.log_tail()
        assert not alive.exists()
        process.stop()
        assert process.exit_code == 0
    with running("worker-alone", *command) as process:
        wait_until(alive.exists, process)
        assert "worker is up" in process.log_tail()


@pytest.mark.slow
def test_a_worker_outlives_its_connections(own_database: str) -> None:
    with running("worker-cut-off", "manage.py", "run_worker", DATABASE_URL=own_database) as process:
        wait_until(lambda: queues_worked_on(own_database) == QUEUES, process)
        with psycopg.connect(own_database, autocommit=True) as connection:
            connection.execute(CUT_OFF)
            connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        wait_until(lambda: queues_worked_on(own_database) == QUEUES, process)
        assert process.is_running


@pytest.mark.slow
def test_a_job_that_a_newer_version_has_made_is_left_to_a_newer_worker(own_database: str) -> None:
    with psycopg.connect(own_database, autocommit=True) as connection:
        connection.execute(TOMORROWS_JOB)
        with running("worker-of-today", "manage.py", "run_worker", DATABASE_URL=own_database) as process:
            wait_until(lambda: state_of_tomorrows_job(connection) == ("todo", 1, True), process)


def state_of_tomorrows_job(connection: psycopg.Connection) -> Any:
    """Its status, how often it was taken, and whether it is to be taken again only later."""
    asked = "SELECT status, attempts, scheduled_at > now() FROM procrastinate_jobs WHERE task_name = 'tomorrow.task'"
    return connection.execute(asked).fetchone()


@pytest.fixture
def own_database() -> str:
    """One whose connections may be cut."""
    return database_url(another_copy())


def queues_worked_on(database: str) -> int:
    recent = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '10 s'"
    with psycopg.connect(database) as connection:
        row = connection.execute(recent).fetchone()
    assert row is not None
    return int(row[0])
