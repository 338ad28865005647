"""Which version `make upgrade` takes, and that nothing is done where it cannot: real git, a Docker that only notes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.stack import PROJECT

DOCKER = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
*" config --services") echo "web $ALSO" | tr ' ' '\\n' ;;
*" ps --quiet --status running prometheus") echo "$PROMETHEUS" ;;
*" config") echo "name: chat" ;;
*"manage.py backup") echo /srv/backups/chat-1.zip ;;
esac
"""
OF_MAKE = {"VERSION", "DEMO", "PRODUCTION", "OBSERVABILITY", "MAKEFLAGS"}
Git = Callable[..., str]
Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def published(tmp_path: Path) -> Git:
    """Where versions are published: the first."""
    folder = tmp_path / "published"
    (folder / "deploy").mkdir(parents=True)
    for name in ("Makefile", "deploy/rolling-restart.sh", "deploy/read-again.sh", ".gitignore"):
        shutil.copy(PROJECT / name, folder / name)
    git = git_in(folder)
    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=1")
    return git


@pytest.fixture
def operator(tmp_path: Path, published: Git) -> Git:
    """Has cloned it."""
    git_in(tmp_path)("clone", "--quiet", "published", "operator")
    return git_in(tmp_path / "operator")


@pytest.fixture
def make(tmp_path: Path, calls: Path) -> Make:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)

    def run(*typed: str, **around: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
        given = {"CALLS": str(calls), "PATH": f"{tmp_path}:{kept['PATH']}", "ALSO": "", "PROMETHEUS": ""} | around
        command, folder = ["make", *typed], tmp_path / "operator"
        return subprocess.run(
            command, cwd=folder, env=kept | given, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def git_in(folder: Path) -> Git:
    def git(*words: str) -> str:
        person = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.test", "-c", "commit.gpgsign=false"]
        return subprocess.check_output(["git", *person, *words], cwd=folder, text=True).strip()

    return git


def publish(git: Git, what: str = "newer") -> str:
    git("commit", "--quiet", "--allow-empty", f"--message={what}")
    return head(git)


def head(git: Git) -> str:
    return git("rev-parse", "HEAD")


def before_upgrade(tmp_path: Path) -> str:
    file = tmp_path / "operator" / "before-upgrade.version"
    return file.read_text().strip() if file.exists() else ""


def did(calls: Path) -> list[str]:
    """What was done to the installation, beside questions."""
    deeds = (" exec ", " build", " run ", " up ", " restart")
    return [line for line in calls.read_text().splitlines() if any(deed in line for deed in deeds)]


def test_the_newest_is_taken_after_a_backup_and_where_to_go_back_to_is_written_down(
    make: Make, operator: Git, published: Git, tmp_path: Path, calls: Path
) -> None:
    first = head(operator)
    newer = publish(published)
    done = make("upgrade")
    assert done.returncode == 0, done.stderr
    assert head(operator) == newer
    assert before_upgrade(tmp_path) == first
    assert [word for line in did(calls) for word in ("backup", "build", "prepare") if line.endswith(word)] == [
        "backup",
        "build",
        "prepare",
    ]


def test_again_it_keeps_where_to_go_back_to(make: Make, operator: Git, published: Git, tmp_path: Path) -> None:
    first = head(operator)
    publish(published)
    make("upgrade")
    again = make("upgrade")
    assert again.returncode == 0
    assert "This version is here already" in again.stdout
    assert before_upgrade(tmp_path) == first


def test_a_version_that_does_not_exist_changes_nothing(
    make: Make, operator: Git, published: Git, tmp_path: Path, calls: Path
) -> None:
    first = head(operator)
    publish(published)
    done = make("upgrade", "VERSION=v0.0-none")
    assert done.returncode != 0
    assert "Which version? make upgrade VERSION=tag. Nothing was done." in done.stdout
    assert (head(operator), before_upgrade(tmp_path), did(calls)) == (first, "", [])


def test_a_version_can_be_named(make: Make, operator: Git, published: Git) -> None:
    named = publish(published)
    published("tag", "v1.4")
    publish(published)
    assert make("upgrade", "VERSION=v1.4").returncode == 0
    assert head(operator) == named


def test_whoever_has_gone_back_is_led_forward_again_by_the_next(
    make: Make, operator: Git, published: Git, tmp_path: Path
) -> None:
    first = head(operator)
    publish(published)
    make("upgrade")
    operator("checkout", "--quiet", before_upgrade(tmp_path))
    mended = publish(published)
    done = make("upgrade")
    assert done.returncode == 0, done.stdout
    assert head(operator) == mended
    assert before_upgrade(tmp_path) == first, "what served, and not what was gone back from"


def test_commits_of_ones_own_are_told_before_anything_is_done(
    make: Make, operator: Git, published: Git, tmp_path: Path, calls: Path
) -> None:
    publish(published)
    mine = publish(operator, "of the operator's own")
    done = make("upgrade")
    assert done.returncode != 0
    assert "This checkout has commits that the newest version lacks. Nothing was done." in done.stdout
    assert (head(operator), before_upgrade(tmp_path), did(calls)) == (mine, "", [])


def test_files_that_both_have_changed_are_told_before_anything_is_done(
    make: Make, operator: Git, published: Git, tmp_path: Path, calls: Path
) -> None:
    """What only she has changed stays as it is."""
    (tmp_path / "operator" / ".gitignore").write_text("mine\n")
    publish(published)
    assert make("upgrade").returncode == 0, "what nobody else has touched"
    first = head(operator)
    (tmp_path / "published" / ".gitignore").write_text("theirs\n")
    published("commit", "--quiet", "--all", "--message=theirs")
    calls.write_text("")
    done = make("upgrade")
    assert done.returncode != 0
    assert "You have changed what the newest version changes, too." in done.stdout
    assert ".gitignore" in done.stdout
    assert (head(operator), did(calls)) == (first, [])
    operator("stash")
    assert make("upgrade").returncode == 0
    assert head(operator) == head(published)


def test_a_file_that_they_have_moved_and_i_have_changed_is_told_too(
    make: Make, operator: Git, published: Git, tmp_path: Path, calls: Path
) -> None:
    """To git it has only another name, and what is printed of a move is the new one."""
    assert head(operator) == head(published)
    mine = tmp_path / "operator" / "deploy" / "read-again.sh"
    mine.write_text(f"{mine.read_text()}# mine\n")
    published("mv", "deploy/read-again.sh", "deploy/moved.sh")
    published("commit", "--quiet", "--all", "--message=moved")
    done = make("upgrade")
    assert done.returncode != 0
    assert "deploy/read-again.sh" in done.stdout
    assert did(calls) == []


@pytest.mark.parametrize("command", ["upgrade", "rolling-restart"])
@pytest.mark.parametrize("runs", ["", "prometheus", "caddy", "prometheus caddy"])
def test_caddy_and_prometheus_read_their_files_at_the_end_where_they_run(
    make: Make, operator: Git, published: Git, calls: Path, command: str, runs: str
) -> None:
    publish(published)
    around = {"ALSO": "caddy" if "caddy" in runs else "", "PROMETHEUS": "1f" if "prometheus" in runs else ""}
    done = make(command, **around)
    assert done.returncode == 0, done.stderr
    told = [line for line in did(calls) if "caddy reload" in line or "kill -HUP 1" in line]
    assert [name for name in ("caddy", "prometheus") if any(f"exec -T {name} " in one for one in told)] == sorted(
        runs.split()
    )
    assert did(calls)[-len(told) :] == told if told else True
