"""`make demo`, as a newcomer meets it: real servers, real processes."""

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from foundation.supervisor.ports import free_port, has_ipv6
from tests.servers.demos import RunningDemo, demo_environment, processes_of
from tests.servers.folders import new_folder
from tests.servers.stack import PROJECT

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """The folder of a demo that has run once: its database is migrated and seeded."""
    with new_folder() as folder:
        with RunningDemo(folder / "data", free_port()) as demo:
            demo.wait_until_ready()
        yield demo.folder


@pytest.fixture(scope="module")
def demo(prepared: Path) -> Iterator[RunningDemo]:
    """One that all tests of this file share, which is why each leaves it running."""
    with new_folder() as folder, run_copy(prepared, folder / "data") as started:
        yield started


@contextmanager
def run_copy(prepared: Path, folder: Path) -> Iterator[RunningDemo]:
    subprocess.run(["cp", "-a", prepared, folder], check=True)
    with RunningDemo(folder, free_port()) as demo:
        yield demo.wait_until_ready()


def count_of_users(demo: RunningDemo) -> int:
    with psycopg.connect(demo.environment()["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT count(*) FROM accounts_user").fetchone()
    assert found is not None
    return int(found[0])


def pid_of(demo: RunningDemo, name: str) -> int:
    return int((demo.folder / "logs" / f"{name}.pid").read_text().split()[0])


def run_beside(demo: RunningDemo, *arguments: str) -> str:
    environment = demo_environment(demo.folder, demo.port)
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True).stdout


def answer(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as response:
        return int(response.status)


@pytest.mark.slow
def test_it_says_where_things_are_and_answers_on_every_loopback_name(demo: RunningDemo) -> None:
    said = demo.said()
    for words in (f"{demo.url}/live-chat/", "/demo/demo-acme/", "owner@globex.test", "demo-pass-2026", "Ctrl-C"):
        assert words in said
    hosts = ["127.0.0.1", "localhost", *(["[::1]"] if has_ipv6() else [])]
    assert {host: answer(f"http://{host}:{demo.port}/health/ready/") for host in hosts} == dict.fromkeys(hosts, 200)


@pytest.mark.slow
def test_commands_run_beside_it_on_its_own_servers(demo: RunningDemo) -> None:
    code = "from django.db import connection; print(connection.settings_dict['PORT'])"
    port = demo.environment()["DATABASE_URL"].rsplit(":", 1)[1].split("/")[0]
    assert run_beside(demo, "shell", "--verbosity=0", "-c", code).strip() == port


@pytest.mark.slow
def test_its_secrets_are_for_its_owner_only(demo: RunningDemo) -> None:
    for name in ("env", "secret-key", "postgres/password", "redis/password", "redis/redis.conf"):
        assert stat.S_IMODE((demo.folder / name).stat().st_mode) == 0o600, name
    assert demo.environment()["SECRET_KEY"] not in demo.said()


@pytest.mark.slow
def test_no_secret_shows_in_the_list_of_processes(demo: RunningDemo) -> None:
    environment = demo.environment()
    passwords = [environment[name].split("@")[0].rsplit(":", 1)[1] for name in ("DATABASE_URL", "REDIS_URL")]
    arguments = " ".join(processes_of(demo.folder).values())
    assert "postgres" in arguments
    assert [secret for secret in (*passwords, environment["SECRET_KEY"]) if secret in arguments] == []


@pytest.mark.slow
def test_a_killed_web_process_is_started_again_and_nobody_is_refused(demo: RunningDemo) -> None:
    killed = pid_of(demo, "web")
    os.kill(killed, signal.SIGKILL)
    assert answer(f"{demo.url}/health/live/") == 200
    assert "web ended with SIGKILL" in demo.said()
    assert pid_of(demo, "web") != killed


@pytest.mark.slow
def test_a_killed_postgres_is_started_again_with_its_data(demo: RunningDemo) -> None:
    users = count_of_users(demo)
    os.kill(pid_of(demo, "postgres"), signal.SIGKILL)
    demo.wait_until_it_says("postgres ended with SIGKILL")
    demo.wait_until_healthy()
    assert count_of_users(demo) == users


@pytest.mark.slow
def test_a_second_demo_runs_beside_it_but_not_in_the_same_folder(demo: RunningDemo, prepared: Path) -> None:
    said = refusal(demo.folder, free_port())
    assert f"already running in {demo.folder} (process {demo.process.pid})" in said
    with new_folder() as folder, run_copy(prepared, folder / "data") as other:
        assert other.environment()["DATABASE_URL"] != demo.environment()["DATABASE_URL"]
        for one in (demo, other):
            one.wait_until_healthy()


def test_from_an_empty_folder_it_comes_up_and_a_stop_leaves_no_process(folder: Path) -> None:
    with RunningDemo(folder / "data", free_port()) as demo:
        stops(demo.wait_until_ready(), signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_stop_ends_with_success_and_leaves_no_process(prepared: Path, folder: Path, number: signal.Signals) -> None:
    with run_copy(prepared, folder / "data") as demo:
        stops(demo, number)


def stops(demo: RunningDemo, number: signal.Signals) -> None:
    assert answer(f"{demo.url}/health/ready/") == 200
    assert len(processes_of(demo.folder)) >= 4
    assert demo.stop(number) == 0
    assert processes_of(demo.folder) == {}


@pytest.mark.slow
def test_a_stop_while_it_is_still_starting_leaves_no_process(folder: Path) -> None:
    with RunningDemo(folder / "data", free_port()) as demo:
        demo.wait_until_it_says("Preparing the database")
        assert demo.stop(signal.SIGHUP) == 0
        assert processes_of(demo.folder) == {}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not tell a process that its parent was killed")
def test_even_a_killed_demo_leaves_no_process_and_starts_again_with_its_data(prepared: Path, folder: Path) -> None:
    with run_copy(prepared, folder / "data") as demo:
        secret = demo.environment()["SECRET_KEY"]
        with psycopg.connect(demo.environment()["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        demo.stop(signal.SIGKILL)
    with RunningDemo(folder / "data", free_port()).wait_until_ready() as again:
        assert again.environment()["SECRET_KEY"] == secret
        with psycopg.connect(again.environment()["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchall() == [(42,)]
        assert again.stop(signal.SIGTERM) == 0
    assert processes_of(folder) == {}


def refusal(folder: Path, port: int, **more: str) -> str:
    """One sentence that says what to do, exit code 1, and no traceback."""
    environment = demo_environment(folder, port) | more
    command = [sys.executable, "manage.py", "demo"]
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=90)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


@pytest.mark.slow
def test_a_taken_port_is_named_and_another_one_proposed(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        said = refusal(folder / "data", port)
    assert said.startswith(f"Port {port} cannot be used (Address already in use)")
    assert "PORT=8010 make demo" in said


@pytest.mark.slow
def test_a_port_that_is_no_number_is_explained(folder: Path) -> None:
    assert "PORT is 'http'" in refusal(folder / "data", 0, PORT="http")


@pytest.mark.slow
def test_a_data_directory_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "file").touch()
    said = refusal(folder / "file" / "data", free_port())
    assert said.startswith(f"DATA_DIR {folder}/file/data cannot be used (Not a directory)")


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_named_without_its_password(folder: Path) -> None:
    url = f"postgresql://ada:secret@127.0.0.1:{free_port()}/chat"
    said = refusal(folder / "data", free_port(), DATABASE_URL=url)
    assert "DATABASE_URL (postgresql://127.0.0.1:" in said
    assert "does not answer" in said
    assert "secret" not in said


@pytest.mark.slow
def test_a_machine_without_redis_is_told_what_to_install(folder: Path) -> None:
    said = refusal(folder / "data", free_port(), REDIS_SERVER="/nowhere/redis-server")
    assert "apt install redis-server" in said
    assert processes_of(folder) == {}
