"""What runs in the containers only: the secrets, the web processes, the health checks, the worker that waits."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from chatplatform.environment import Environment
from foundation.container.health import web, worker
from foundation.container.write_secrets import Folders, write_secrets
from tests.servers.stack import Stack


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "product", tmp_path / "postgres", tmp_path / "redis")
    for folder in (made.product, made.postgres, made.redis):
        folder.mkdir()
    return made


def contents(folders: Folders) -> dict[str, str]:
    files = [file for folder in (folders.product, folders.postgres, folders.redis) for file in folder.iterdir()]
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
