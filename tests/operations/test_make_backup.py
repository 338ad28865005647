"""`make backup` leaves a whole archive under its name, or none."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.stack import PROJECT

# The archive lies in the container; ENDS is how the copying of it ends, after half of it or all.
DOCKER = """#!/bin/sh
case "$*" in
*" manage.py backup") echo "Two lines of news"; echo "/backups/chat-20261122.zip" ;;
*" cat /backups/chat-20261122.zip")
    ls backups > seen
    printf half
    [ "$ENDS" = 0 ] && printf ' and half'
    exit "$ENDS" ;;
*) exit 64 ;;
esac
"""
Backup = Callable[[int], subprocess.CompletedProcess[str]]


@pytest.fixture
def backup(tmp_path: Path) -> Backup:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)

    def run(ends: int) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "ENDS": str(ends)}
        command = ["make", "-C", str(tmp_path), "-f", str(PROJECT / "Makefile"), "backup"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    return run


def test_the_archive_has_its_name_only_when_it_is_whole_and_is_its_owners_alone(backup: Backup, tmp_path: Path) -> None:
    done = backup(0)
    assert done.returncode == 0, done.stderr
    file = tmp_path / "backups" / "chat-20261122.zip"
    assert "backups/chat-20261122.zip" in done.stdout.splitlines()
    assert file.read_text() == "half and half"
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert (tmp_path / "seen").read_text().split() == [f"{file.name}.part"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_one_that_breaks_off_leaves_the_older_one_as_it_was_and_says_so(backup: Backup, tmp_path: Path) -> None:
    older = tmp_path / "backups" / "chat-20261122.zip"
    older.parent.mkdir()
    older.write_text("whole")
    assert backup(1).returncode != 0
    assert older.read_text() == "whole"
