"""Backups that nobody has to think of: one when it is due, and no more of them than there shall be."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatplatform.management.commands.backup import seconds_until_next
from foundation.backups.folder import backups_in, name_for
from foundation.supervisor.process import Process, ProcessSpec
from tests.operations.second_installation import Installation, this_installation
from tests.servers.stack import LOGS, PROJECT, Stack

PATIENCE = 90.0  # seconds
HOUR = 3600


@pytest.fixture
def here(stack: Stack, tmp_path: Path) -> Installation:
    """With backups of two days ago and of yesterday."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for hours in (49, 25):
        (folder / name_for(datetime.now(UTC) - timedelta(hours=hours))).touch()
    return this_installation(folder)


def names(here: Installation) -> list[str]:
    return [one.file.name for one in backups_in(here.backups)]


def test_who_makes_one_by_hand_keeps_as_many_as_the_setting_says(here: Installation) -> None:
    oldest, yesterday = names(here)
    assert "Removed 1 older." in here.manage("backup", BACKUP_KEEP="2")
    assert names(here)[0] == yesterday != oldest
    assert len(names(here)) == 2


@pytest.mark.slow
def test_the_service_makes_one_when_it_is_due_and_removes_what_is_too_many(here: Installation) -> None:
    _, yesterday = names(here)
    environment = os.environ | here.settings | {"BACKUP_HOURS": "24", "BACKUP_KEEP": "2"}
    command = [sys.executable, "manage.py", "backup", "--regularly"]
    log = LOGS / f"backup-{here.backups.parent.name}.log"
    with Process(ProcessSpec("backup", command, log, environment, folder=PROJECT, stop_seconds=30)) as process:
        deadline = time.monotonic() + PATIENCE
        while len(names(here)) != 2 or names(here)[0] != yesterday:
            assert time.monotonic() < deadline, process.log_tail()
            time.sleep(0.2)
        process.stop()
        assert process.exit_code == 0
    assert "[BACKUP] made" in process.log_tail()


def test_after_a_restart_the_next_one_is_made_in_its_time_and_not_at_once(here: Installation) -> None:
    assert seconds_until_next(here.backups) == 0
    (here.backups / name_for(datetime.now(UTC) - timedelta(hours=1))).touch()
    assert 22.9 * HOUR < seconds_until_next(here.backups) <= 23 * HOUR
    assert seconds_until_next(here.backups / "nothing-yet") == 0
