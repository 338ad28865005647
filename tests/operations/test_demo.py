"""`make demo`, as a newcomer meets it: real servers, real processes."""

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from foundation.supervisor.ports import free_port, has_ipv6
from tests.servers.demos import RunningDemo, demo_environment, processes_of
from tests.servers.stack import PROJECT

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def demo(folder: Path) -> Iterator[RunningDemo]:
    with RunningDemo(folder / "data", free_port()) as started:
        yield started.wait_until_ready()


def count_of_users(demo: RunningDemo) -> int:
    with psycopg.connect(demo.environment()["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT count(*) FROM accounts_user").fetchone()
    assert found is not None
    return int(found[0])


def run_beside(demo: RunningDemo, *arguments: str) -> str:
    environment = demo_environment(demo.folder, demo.port)
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True).stdout


def answer(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def test_it_says_where_things_are_and_answers_on_every_loopback_name(demo: RunningDemo) -> None:
    said = demo.said()
    for words in (f"{demo.url}/live-chat/", "/demo/demo-acme/", "owner@globex.test", "demo-pass-2026", "Ctrl-C"):
        assert words in said
    hosts = ["127.0.0.1", "localhost", *(["[::1]"] if has_ipv6() else [])]
    assert {host: answer(f"http://{host}:{demo.port}/health/ready/") for host in hosts} == dict.fromkeys(hosts, 200)


def test_commands_run_beside_it_on_its_own_servers(demo: RunningDemo) -> None:
    code = "from django.db import connection; print(connection.settings_dict['PORT'])"
    port = demo.environment()["DATABASE_URL"].rsplit(":", 1)[1].split("/")[0]
    assert run_beside(demo, "shell", "--verbosity=0", "-c", code).strip() == port


def test_its_secrets_are_for_its_owner_only(demo: RunningDemo) -> None:
    for name in ("env", "secret-key", "postgres/password", "redis/password", "redis/redis.conf"):
        assert stat.S_IMODE((demo.folder / name).stat().st_mode) == 0o600, name
    assert demo.environment()["SECRET_KEY"] not in demo.said()


def test_no_secret_shows_in_the_list_of_processes(demo: RunningDemo) -> None:
    environment = demo.environment()
    passwords = [environment[name].split("@")[0].rsplit(":", 1)[1] for name in ("DATABASE_URL", "REDIS_URL")]
    arguments = " ".join(processes_of(demo.folder).values())
    assert "postgres" in arguments
    assert [secret for secret in (*passwords, environment["SECRET_KEY"]) if secret in arguments] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_stop_ends_with_success_and_leaves_no_process(folder: Path, number: signal.Signals) -> None:
    with RunningDemo(folder / "data", free_port()).wait_until_ready() as demo:
        assert len(processes_of(demo.folder)) >= 4
        assert demo.stop(number) == 0
        assert processes_of(demo.folder) == {}


def test_a_stop_while_it_is_still_starting_leaves_no_process(folder: Path) -> None:
    with RunningDemo(folder / "data", free_port()) as demo:
        demo.wait_until_it_says("Preparing the database")
        assert demo.stop(signal.SIGTERM) == 0
        assert processes_of(demo.folder) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not tell a process that its parent was killed")
def test_even_a_killed_demo_leaves_no_process_and_starts_again(folder: Path) -> None:
    with RunningDemo(folder / "data", free_port()).wait_until_ready() as demo:
        users = count_of_users(demo)
        demo.stop(signal.SIGKILL)
    with RunningDemo(folder / "data", free_port()).wait_until_ready() as again:
        assert count_of_users(again) == users
        assert again.stop(signal.SIGTERM) == 0
        assert processes_of(folder) == {}


def test_data_survive_a_restart_on_another_port(folder: Path) -> None:
    with RunningDemo(folder / "data", free_port()).wait_until_ready() as demo:
        secret = demo.environment()["SECRET_KEY"]
        with psycopg.connect(demo.environment()["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        demo.stop(signal.SIGTERM)
    with RunningDemo(folder / "data", free_port()).wait_until_ready() as again:
        with psycopg.connect(again.environment()["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchall() == [(42,)]
        assert again.environment()["SECRET_KEY"] == secret


def test_two_demos_run_side_by_side(demo: RunningDemo, folder: Path) -> None:
    with RunningDemo(folder / "other", free_port()).wait_until_ready() as other:
        assert other.environment()["DATABASE_URL"] != demo.environment()["DATABASE_URL"]
        assert [answer(f"{one.url}/health/ready/") for one in (demo, other)] == [200, 200]


def test_a_killed_web_process_is_started_again_and_nobody_is_refused(demo: RunningDemo) -> None:
    pid = int((demo.folder / "logs" / "web.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert answer(f"{demo.url}/health/live/") == 200
    demo.wait_until_it_says("web ended with SIGKILL")
    assert int((demo.folder / "logs" / "web.pid").read_text().split()[0]) != pid


def test_a_killed_postgres_is_started_again_with_its_data(demo: RunningDemo) -> None:
    users = count_of_users(demo)
    pid = int((demo.folder / "logs" / "postgres.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    demo.wait_until_it_says("postgres ended with SIGKILL")
    run_beside(demo, "migrate", "--check")
    assert count_of_users(demo) == users


class TestRefusals:
    """Each is one sentence that says what to do, exit code 1, and no traceback."""

    def refusal(self, folder: Path, port: int, **more: str) -> str:
        environment = demo_environment(folder, port) | more
        command = [sys.executable, "manage.py", "demo"]
        ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=90)
        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
        return ended.stderr.strip()

    def test_a_taken_port_is_named_and_another_one_proposed(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            said = self.refusal(folder / "data", port)
        assert said.startswith(f"Port {port} cannot be used (Address already in use)")
        assert "PORT=8010 make demo" in said

    def test_a_port_that_is_no_number_is_explained(self, folder: Path) -> None:
        assert "PORT is 'http'" in self.refusal(folder / "data", 0, PORT="http")

    def test_a_data_directory_that_cannot_be_written_is_named(self, folder: Path) -> None:
        (folder / "file").touch()
        said = self.refusal(folder / "file" / "data", free_port())
        assert said.startswith(f"DATA_DIR {folder}/file/data cannot be used (Not a directory)")

    def test_a_second_demo_in_the_same_data_directory_is_refused(self, folder: Path) -> None:
        with RunningDemo(folder / "data", free_port()) as first:
            first.wait_until_it_says("Starting Postgres")
            said = self.refusal(folder / "data", free_port())
        assert f"already running in {folder}/data (process {first.process.pid})" in said

    def test_a_database_that_does_not_answer_is_named_without_its_password(self, folder: Path) -> None:
        url = f"postgresql://ada:secret@127.0.0.1:{free_port()}/chat"
        said = self.refusal(folder / "data", free_port(), DATABASE_URL=url)
        assert "DATABASE_URL (postgresql://127.0.0.1:" in said
        assert "does not answer" in said
        assert "secret" not in said

    def test_a_machine_without_redis_is_told_what_to_install(self, folder: Path) -> None:
        said = self.refusal(folder / "data", free_port(), REDIS_SERVER="/nowhere/redis-server")
        assert "apt install redis-server" in said
        assert processes_of(folder) == {}
