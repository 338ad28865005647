"""The embedded Postgres and Redis: under an account that they accept, wherever they are asked to live."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from foundation.embedded.postgres import INSTALLATION, LIBRARIES, PACKAGE, EmbeddedPostgres, find_package
from foundation.embedded.redis import EmbeddedRedis
from foundation.supervisor.failure import StartFailure
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for its servers")


def new_postgres(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "postgres", free_port(), folder / "postgres.log", durable=False)


def new_redis(folder: Path) -> EmbeddedRedis:
    return EmbeddedRedis(folder / "redis", free_port(), folder / "redis.log")


@contextmanager
def run(server: EmbeddedPostgres | EmbeddedRedis) -> Iterator[Process]:
    server.prepare()
    with Process(server.process()) as process:
        process.wait_until_ready()
        yield process


@pytest.fixture
def closed_folder(folder: Path) -> Iterator[Path]:
    """What `mktemp -d` makes: nobody else may enter."""
    folder.chmod(0o700)
    yield folder
    for link in folder.iterdir():
        if link.is_symlink():
            shutil.rmtree(link.readlink())


@only_root
def test_root_runs_both_servers_under_an_account_without_rights(folder: Path) -> None:
    with run(new_postgres(folder)) as postgres, run(new_redis(folder)) as own_redis:
        owners = [Path(f"/proc/{process.pid}").stat().st_uid for process in (postgres, own_redis)]
        assert 0 not in owners


@pytest.mark.slow
@only_root
def test_root_may_keep_them_in_a_folder_that_account_cannot_enter(closed_folder: Path) -> None:
    postgres, own_redis = new_postgres(closed_folder), new_redis(closed_folder)
    with run(postgres), run(own_redis):
        assert postgres.home != closed_folder / "postgres"
        assert (closed_folder / "postgres").resolve() == postgres.home
    with run(new_postgres(closed_folder)):
        assert new_postgres(closed_folder).home == postgres.home


@only_root
@pytest.mark.slow
def test_root_may_be_as_secretive_as_it_likes_about_its_files(closed_folder: Path) -> None:
    before = os.umask(0o077)
    try:
        with run(new_postgres(closed_folder)) as postgres:
            assert postgres.is_running
    finally:
        os.umask(before)


@only_root
@pytest.mark.slow
def test_programs_that_account_cannot_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = folder / "closed"
    shutil.copytree(find_package() / INSTALLATION, packages / PACKAGE / INSTALLATION)
    libraries = find_package().with_name(LIBRARIES)
    if libraries.exists():
        shutil.copytree(libraries, packages / LIBRARIES)
    packages.chmod(0o700)
    monkeypatch.setattr("foundation.embedded.postgres.find_package", lambda: packages / PACKAGE)
    server = new_postgres(folder)
    with run(server) as postgres:
        assert postgres.is_running
        assert not server.programs.is_relative_to(packages)


@only_root
@pytest.mark.slow
def test_data_thrown_away_there_do_not_come_back(closed_folder: Path) -> None:
    postgres = new_postgres(closed_folder)
    with run(postgres):
        postgres.create_database("kept")
    (closed_folder / "postgres").unlink()
    fresh = new_postgres(closed_folder)
    with run(fresh), fresh.connect() as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kept'").fetchone() is None


@pytest.mark.slow
def test_only_who_knows_the_password_gets_in(folder: Path) -> None:
    postgres, own_redis = new_postgres(folder), new_redis(folder)
    with run(postgres), run(own_redis):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(postgres.url("postgres").replace(postgres.password, "guess"))
        no_patience = Retry(NoBackoff(), 0)
        with redis.Redis(port=own_redis.port, retry=no_patience) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()


@pytest.mark.slow
def test_a_server_of_somebody_else_on_the_port_is_not_taken_for_ours(folder: Path) -> None:
    postgres = new_postgres(folder / "ours")
    other = EmbeddedPostgres(folder / "theirs", postgres.port, folder / "theirs.log", durable=False)
    with run(postgres):
        other.prepare()
        assert not other.is_ready()
        with (
            Process(other.process()) as process,
            pytest.raises(StartFailure, match="ended with"),
        ):
            process.wait_until_ready()


def test_redis_keeps_its_data_over_a_restart(folder: Path) -> None:
    first, second = new_redis(folder), new_redis(folder)
    with run(first), redis.Redis.from_url(first.url()) as client:
        client.set("kept", "yes")
    with run(second), redis.Redis.from_url(second.url()) as client:
        assert client.get("kept") == b"yes"


def test_words_are_found_whatever_the_machines_language_is(folder: Path) -> None:
    postgres = new_postgres(folder)
    with run(postgres), postgres.connect() as connection:
        found = connection.execute("SELECT to_tsvector('german', 'Größen ÄRGER') @@ to_tsquery('german', 'ärger')")
        assert found.fetchone() == (True,)


@pytest.mark.slow
def test_a_killed_postgres_comes_back_although_its_lock_names_a_living_process(folder: Path) -> None:
    postgres = new_postgres(folder)
    bystander = ProcessSpec("bystander", ["sleep", "600"], folder / "bystander.log", account=postgres.account)
    with run(postgres) as process:
        lock = postgres.data / "postmaster.pid"
        old = lock.read_text()
        process.kill()
    with Process(bystander) as other:
        lock.write_text(old.replace(str(process.pid), str(other.pid), 1))
        with run(new_postgres(folder)) as again:
            assert again.is_running
        assert other.is_running


@pytest.mark.slow
def test_what_a_killed_supervisor_left_running_is_ended_first(folder: Path) -> None:
    postgres = new_postgres(folder)
    again = new_postgres(folder)
    with run(postgres) as left:
        with run(again), again.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert left.exit_code == 0


@pytest.mark.slow
def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    postgres = new_postgres(folder)
    (postgres.home / "data.unfinished").mkdir()
    (postgres.home / "data.unfinished" / "PG_VERSION").write_text("18\n")
    with run(postgres) as process:
        assert process.is_running


@pytest.mark.slow
def test_a_stop_signal_ends_postgres_in_order(folder: Path) -> None:
    postgres = new_postgres(folder)
    with run(postgres) as process:
        pass
    assert process.exit_code == 0
    assert "database system is shut down" in process.log_tail()
    assert not (postgres.data / "postmaster.pid").exists()
