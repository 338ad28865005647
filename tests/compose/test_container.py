"""What runs in the containers only: the secrets, the web processes, the health checks, the worker that waits."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatplatform.environment import Environment
from foundation.backups.folder import name_for
from foundation.container.health import backup, web, worker
from foundation.container.web import say
from foundation.container.write_secrets import Folders, write_secrets
from tests.servers.stack import Stack


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "product", tmp_path / "postgres", tmp_path / "redis", tmp_path / "prometheus")
    for folder in (made.product, made.postgres, made.redis, made.prometheus):
        folder.mkdir()
    return made


def contents(folders: Folders) -> dict[str, str]:
    all_of_them = (folders.product, folders.postgres, folders.redis, folders.prometheus)
    files = [file for folder in all_of_them for file in folder.iterdir()]
    return {f"{file.parent.name}/{file.name}": file.read_text() for file in files}


def test_secrets_are_made_once_and_are_those_of_no_other_installation(folders: Folders, tmp_path: Path) -> None:
    write_secrets(folders)
    first = contents(folders)
    write_secrets(folders)
    assert contents(folders) == first
    (folders.product / "secret_key").unlink()
    write_secrets(folders)
    assert contents(folders)["product/secret_key"] != first["product/secret_key"]
    assert {"postgres/password", "redis/password", "redis/redis.conf"} <= first.keys()


def test_a_start_that_was_cut_short_leaves_no_empty_secret(folders: Folders) -> None:
    (folders.postgres / "password").touch()
    (folders.redis / "password.unfinished").write_text("half")
    write_secrets(folders)
    made = contents(folders)
    assert len(made["postgres/password"]) >= 50
    assert len(made["redis/password"]) >= 50
    assert not [name for name in made if name.endswith(".unfinished")]


def test_the_product_takes_the_secrets_for_its_settings(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    write_secrets(folders)
    found = Environment(_secrets_dir=folders.product)
    assert found.secret_key == (folders.product / "secret_key").read_text()
    assert f":{(folders.postgres / 'password').read_text()}@postgres:5432/" in found.database_url
    assert f":{(folders.redis / 'password').read_text()}@redis:6379/" in found.redis_url
    assert len(found.secret_key) >= 50


def test_prometheus_has_the_token_of_the_product_or_that_of_the_operator(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("METRICS_TOKEN", raising=False)
    write_secrets(folders)
    made = contents(folders)["prometheus/token"]
    assert len(made) >= 50
    assert Environment(_secrets_dir=folders.product).metrics_token.get_secret_value() == made
    monkeypatch.setenv("METRICS_TOKEN", "chosen by the operator")
    write_secrets(folders)
    assert contents(folders)["prometheus/token"] == "chosen by the operator"


def test_the_health_check_of_backup_wants_one_that_is_young_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_HOURS", "2")
    assert backup(tmp_path) == "There is no backup yet."
    now = datetime.now(UTC)
    (tmp_path / name_for(now - timedelta(hours=4))).touch()
    assert backup(tmp_path) == "The newest backup is 4.0 hours old."
    (tmp_path / name_for(now - timedelta(hours=2.5))).touch()
    assert backup(tmp_path) is None


def test_what_watches_the_web_processes_logs_as_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    say("web 1 ended", said.append)
    monkeypatch.setenv("LOG_FORMAT", "json")
    say("web 1 ended", said.append)
    assert said[0] == "web 1 ended\n"
    assert json.loads(said[1]) | {"timestamp": ""} == {
        "event": "web 1 ended",
        "level": "warning",
        "logger": "foundation.container.web",
        "timestamp": "",
    }


def test_the_environment_goes_before_the_secrets_and_an_empty_value_does_not(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_secrets(folders)
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/chat")
    monkeypatch.setenv("REDIS_URL", "")
    found = Environment(_secrets_dir=folders.product)
    assert found.database_url == "postgresql://elsewhere/chat"
    assert found.redis_url.endswith("@redis:6379/0")


def test_the_health_check_of_web_asks_by_the_public_name(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", stack.url)
    assert web(f"{stack.url}/health/ready/") is None
    monkeypatch.setenv("PUBLIC_URL", "https://chat.example.com")
    assert web(f"{stack.url}/health/ready/") == "The web server answers 400."


def test_the_health_check_of_the_worker_looks_for_a_recent_sign_of_life(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    assert worker(alive) == "The worker has not reached Postgres yet."
    alive.touch()
    assert worker(alive) is None
    os.utime(alive, (time.time() - 100, time.time() - 100))
    assert worker(alive) == "The worker has not reached Postgres for 100 s."
