"""A backup holds everything, and a restore is refused where it would do harm."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from foundation.backups import making
from foundation.backups.archive import open_archive
from foundation.backups.folder import backups_in, name_for, remove_old
from foundation.backups.tables import copy_out
from tests.cast import Cast
from tests.clients.people import visit
from tests.operations.second_installation import Installation
from tests.servers.stack import Stack

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
pytestmark = pytest.mark.timeout(300)  # each command is a process, each restore a new database; others work here, too
DAMAGES = ["cut short", "a byte changed", "a table gone", "a row changed", "nothing like it"]


@pytest.mark.slow
def test_every_row_and_every_file_is_the_same_and_what_is_there_is_replaced_by_force_only(
    here: Installation, second: Installation, people_only: Cast, stack: Stack
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Odd \\ signs \t and \u2028 \U0001f9f6")
    assert vera.rest.upload(vera.path("attachments/"), "a.pdf", PDF).status_code == 201
    here.manage("backup")
    file = backups_in(here.backups)[-1].file
    assert "SECRET_KEY or ENCRYPTION_KEYS differ" not in second.manage("restore", file)
    are_the_same(here, second)
    assert "There are people or files in this installation" in second.manage("restore", file, ok=False)
    with psycopg.connect(second.database) as connection:
        connection.execute("UPDATE accounts_organisation SET name = 'Changed since'")
    second.uploads.joinpath("sent-since.pdf").write_bytes(PDF)
    assert second.rows() != here.rows()
    told = second.manage("restore", file, "--force", SECRET_KEY="another-" * 8)
    assert "SECRET_KEY or ENCRYPTION_KEYS differ" in told
    are_the_same(here, second)


def are_the_same(here: Installation, second: Installation) -> None:
    before, after = here.rows(), second.rows()
    assert {name: rows for name, rows in before.items() if after.get(name) != rows} == {}
    assert after.keys() == before.keys()
    assert before["conversations_entry"][0] > 0
    assert second.files() == here.files() != {}
    assert second.numbers() == here.numbers() != {}


def test_what_is_said_between_two_tables_is_in_neither(
    people_only: Cast, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a conversation could be older than its messages, and the next one would take the number of another."""
    vera = visit(stack, people_only.acme)
    before, meanwhile = f"Before {uuid4()}", f"Meanwhile {uuid4()}"
    vera.open(before)
    copied: list[str] = []

    def copy(connection: Any, table: Any, write: Any) -> int:
        if len(copied) == 1:
            said = vera.rest.post(vera.path("messages/"), {"client_id": str(uuid4()), "content": meanwhile})
            assert said.status_code == 201
        copied.append(table.name)
        return copy_out(connection, table, write)

    monkeypatch.setattr(making, "copy_out", copy)
    file, _ = making.back_up(tmp_path)
    assert "conversations_entry" in copied[1:]
    with zipfile.ZipFile(file) as archive:
        written = archive.read("tables/conversations_entry")
    assert before.encode() in written
    assert meanwhile.encode() not in written


def test_two_that_begin_within_a_second_are_both_whole(cast: Cast, tmp_path: Path) -> None:
    """As `make backup` and the service's own may."""
    with ThreadPoolExecutor() as at_once:
        both = [at_once.submit(making.back_up, tmp_path) for _ in range(2)]
        made = {one.result()[0] for one in both}
    assert sorted(made) == [one.file for one in backups_in(tmp_path)]
    assert len(made) == 2
    for file in made:
        with open_archive(file) as archive:
            archive.verify()


def test_a_restore_that_fails_or_is_killed_leaves_what_was_there(
    here: Installation, second: Installation, cast: Cast
) -> None:
    """An archive whose rows do not fit what its migrations make is found out only when the old rows are put aside."""
    here.manage("backup")
    file = backups_in(here.backups)[-1].file
    second.manage("restore", file)
    before = second.rows()
    unfit = change_manifest(file, lambda told: told.update(migrations=told["migrations"][:-1]))
    with pytest.raises(AssertionError, match="is damaged"):
        second.manage("restore", unfit, "--force")
    assert second.rows() == before
    kill_a_restore(second)
    assert "There are people" in second.manage("restore", file, ok=False)
    assert second.rows() == before
    kill_a_restore(second)
    second.manage("prepare", DEMO="false")
    assert second.rows() == before


def kill_a_restore(where: Installation) -> None:
    """What is left of one that has only begun."""
    with psycopg.connect(where.database) as connection:
        connection.execute("ALTER SCHEMA public RENAME TO before_restore")
        connection.execute("CREATE SCHEMA public")


@pytest.mark.slow
def test_what_would_do_harm_is_refused_and_nothing_is_changed(
    here: Installation, second: Installation, cast: Cast
) -> None:
    """While others use the database; made by a newer version; damaged in one of many ways."""
    here.manage("backup")
    file = backups_in(here.backups)[-1].file
    with psycopg.connect(second.database):
        assert "Others use this database" in second.manage("restore", file, "--force", ok=False)
    newer = change_manifest(file, lambda told: told["migrations"].append(["conversations", "9999_of_tomorrow"]))
    assert "conversations.9999_of_tomorrow" in second.manage("restore", newer, ok=False)
    newer = change_manifest(file, lambda told: told.update(format=2))
    assert "take a newer version" in second.manage("restore", newer, ok=False)
    for damage in DAMAGES:
        broken = damaged(file, damage)
        assert "is damaged" in second.manage("restore", broken, ok=False), damage
    assert "is damaged" in second.manage("backup", "--verify", damaged(file, "a byte changed"), ok=False)
    assert "Whole:" in second.manage("backup", "--verify", file)
    assert second.rows() == {}
    assert second.files() == {}


def change_manifest(file: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    changed = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for one in old.namelist():
            content = old.read(one)
            if one == "manifest.json":
                told = json.loads(content)
                change(told)
                content = json.dumps(told).encode()
            new.writestr(one, content)
    return changed


def damaged(file: Path, damage: str) -> Path:
    broken, whole = file.with_name("broken.zip"), file.read_bytes()
    match damage:
        case "cut short":
            broken.write_bytes(whole[: len(whole) // 2])
        case "a byte changed":
            with zipfile.ZipFile(file) as archive:
                member = max(archive.infolist(), key=lambda one: one.compress_size)
            middle = member.header_offset + 100 + member.compress_size // 2
            broken.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
        case "nothing like it":
            broken.write_bytes(b"-- PostgreSQL database dump")
        case _:
            with zipfile.ZipFile(file) as old, zipfile.ZipFile(broken, "w") as new:
                for name in old.namelist():
                    content = old.read(name)
                    if name == "tables/accounts_organisation":
                        if damage == "a table gone":
                            continue
                        content = content.replace(b"Acme", b"Evil")
                    new.writestr(name, content)
    return broken


@pytest.mark.slow
def test_an_archive_is_for_its_owner_alone_and_holds_no_secret_key(here: Installation, cast: Cast) -> None:
    here.manage("backup")
    file = backups_in(here.backups)[-1].file
    assert file.stat().st_mode & 0o777 == 0o600
    secret = os.environ["SECRET_KEY"].encode()
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if secret in archive.read(name)]


def test_the_newest_are_kept_and_the_oldest_go_first(tmp_path: Path) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for days in range(5):
        (tmp_path / name_for(now - timedelta(days=days))).touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "chat-20260301T010000Z.zip.unfinished").touch()
    (tmp_path / "chat-20260201T000000Z.zip.unfinished").touch()
    os.utime(tmp_path / "chat-20260201T000000Z.zip.unfinished", (0, 0))
    remove_old(tmp_path, keep=2)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "chat-20260228T000000Z.zip",
        "chat-20260301T000000Z.zip",
        "chat-20260301T010000Z.zip.unfinished",
        "notes.txt",
    ]
