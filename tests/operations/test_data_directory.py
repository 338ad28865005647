"""The demo's folder: claimed by one demo at a time, with what is in the way said in one sentence."""

import errno
import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from foundation.local_demo.data_directory import SPACE_NEEDED, DataDirectory
from foundation.management.commands.demo import sentence_for
from foundation.supervisor.failure import StartFailure


def test_a_full_disk_is_said_before_anything_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=SPACE_NEEDED - 1))
    with pytest.raises(StartFailure, match="The disk is full: the demo needs 300 MB"):
        DataDirectory(folder / "data").claim()


def test_a_disk_that_fills_up_meanwhile_is_said_too() -> None:
    sentence = sentence_for(OSError(errno.ENOSPC, "No space left on device", "/data/env"))
    assert sentence == "The disk is full (/data/env): make room, then make demo again."


def test_only_one_has_it_at_a_time(folder: Path) -> None:
    first, second = DataDirectory(folder), DataDirectory(folder)
    first.claim()
    with pytest.raises(StartFailure, match="already running"):
        second.claim()
    first.release()
    second.claim()
    second.release()


def test_the_secret_key_is_made_once(folder: Path) -> None:
    directory = DataDirectory(folder)
    assert directory.secret_key() == directory.secret_key()
    assert len(directory.secret_key()) >= 50


def test_the_environment_file_is_replaced_as_a_whole_and_stays_private(folder: Path) -> None:
    directory = DataDirectory(folder)
    directory.write_environment({"A": "1", "B": "2"})
    directory.write_environment({"A": "3"})
    file = folder / "env"
    assert [line for line in file.read_text().splitlines() if not line.startswith("#")] == ["A=3"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir() if "unfinished" in path.name] == []


def test_the_logs_of_the_run_before_are_kept_once(folder: Path) -> None:
    directory = DataDirectory(folder)
    for words in ("first", "second"):
        directory.start_new_logs()
        directory.log("web").write_text(words)
    directory.start_new_logs()
    assert not directory.log("web").exists()
    assert (folder / "logs" / "web.log.before").read_text() == "second"
