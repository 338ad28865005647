"""What deploy/rolling-restart.sh does when it cannot do its work: nothing that stops what serves."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.stack import PROJECT

# A worker `old`; `new` is started beside it, and is as healthy as HEALTH says. Caddy is there where CADDY names it, and
# known to the compose files that were given where SERVICES does.
DOCKER = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
"compose config --services") echo "$SERVICES" | tr ' ' '\\n' ;;
"compose config") echo "name: chat" ;;
"ps --quiet --filter "*project=chat*service=caddy) echo "$CADDY" ;;
"compose ps --quiet worker") echo old; grep -q 'scale worker=2' "$CALLS" && echo new || : ;;
"inspect "*) echo "$HEALTH" ;;
esac
"""
Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "lock"


@pytest.fixture
def script(tmp_path: Path, calls: Path, lock: Path) -> Script:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        usual = {"SERVICES": "worker web", "HEALTH": "healthy", "CADDY": "", "PATIENCE": "180", "LOCK": str(lock)}
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(calls)} | usual | settings
        environment.pop("COMPOSE", None)
        return subprocess.run(
            [PROJECT / "deploy" / "rolling-restart.sh", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_an_old_one_is_stopped_only_when_the_new_one_is_healthy(script: Script, calls: Path) -> None:
    assert script().returncode == 0
    asked = calls.read_text().splitlines()
    assert asked.index("stop old") > next(n for n, one in enumerate(asked) if one.startswith("inspect "))
    assert "rm --force new" not in asked


def test_one_that_does_not_get_healthy_is_removed_and_the_old_one_serves_on(script: Script, calls: Path) -> None:
    done = script(HEALTH="unhealthy", PATIENCE="1")
    assert done.returncode == 1
    assert "the old ones serve on" in done.stderr
    assert "rm --force new" in calls.read_text()
    assert "stop old" not in calls.read_text()


@pytest.mark.parametrize("patience", ["soon", "-1", "1.5"])
def test_a_patience_that_is_no_number_is_refused_before_anything_is_done(
    script: Script, calls: Path, patience: str
) -> None:
    """A shell that cannot compare it would wait for ever."""
    done = script(PATIENCE=patience, HEALTH="unhealthy")
    assert done.returncode == 1
    assert done.stderr.startswith("PATIENCE")
    assert calls.read_text() == ""


def test_without_the_files_of_production_it_leaves_an_installation_behind_caddy_alone(
    script: Script, calls: Path
) -> None:
    """It would replace all web containers at once, by one that does not know its proxy."""
    done = script(CADDY="proxy")
    assert done.returncode == 1
    assert "PRODUCTION=1" in done.stderr
    assert not {"up", "stop", "rm"} & {word for line in calls.read_text().splitlines() for word in line.split()[:2]}


def test_with_them_it_does_its_work_there(script: Script, calls: Path) -> None:
    assert script(CADDY="proxy", SERVICES="worker caddy").returncode == 0
    assert "stop old" in calls.read_text()


def test_a_second_one_at_the_same_time_does_nothing(script: Script, calls: Path, lock: Path) -> None:
    lock.mkdir()
    (lock / "process").write_text(str(os.getpid()))
    done = script()
    assert done.returncode == 1
    assert str(os.getpid()) in done.stderr
    assert "up" not in calls.read_text()
    assert (lock / "process").read_text() == str(os.getpid())


@pytest.mark.parametrize("left", ["", "2000000000\n"])
def test_what_a_killed_one_left_behind_holds_up_nobody(script: Script, lock: Path, left: str) -> None:
    lock.mkdir()
    (lock / "process").write_text(left)
    assert script().returncode == 0
    assert not lock.exists()


@pytest.mark.parametrize(("settings", "code"), [({}, 0), ({"CADDY": "proxy"}, 1), ({"PATIENCE": "soon"}, 1)])
def test_whether_it_could_begin_can_be_asked(
    script: Script, calls: Path, lock: Path, settings: dict[str, str], code: int
) -> None:
    assert script("--check", **settings).returncode == code
    assert not {"up", "stop", "rm"} & {word for line in calls.read_text().splitlines() for word in line.split()[:2]}
    assert not lock.exists()
