"""A backup holds everything, is refused where it would do harm, and is tried: people chat, it is made, and restored."""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
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
from tests.clients.people import Visitor, log_in, visit
from tests.operations.second_installation import Installation, second_installation, this_installation
from tests.servers.stack import Stack, start_stack

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
pytestmark = pytest.mark.timeout(300)  # each command is a process, each restore a new database; others work here, too
DAMAGES = ["cut short", "a byte changed", "a table gone", "a row changed", "nothing like it"]
MANY = 200_000  # messages, in the long form


@pytest.fixture
def here(stack: Stack, tmp_path: Path) -> Iterator[Installation]:
    """The shared stack; its worker rests, so that nobody writes but the test."""
    assert stack.worker is not None
    stack.worker.stop()
    yield this_installation(tmp_path / "backups")
    stack.worker.start()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Installation]:
    with second_installation(tmp_path / "second") as made:
        yield made


@pytest.mark.parametrize("more", [0, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
async def test_what_was_backed_up_while_people_chat_is_restored_beside_it(
    here: Installation, second: Installation, people_only: Cast, stack: Stack, more: int
) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open("Hello")
    picture = vera.rest.upload(vera.path("attachments/"), "order.pdf", PDF).json()
    add_messages(vera, more)
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("With a file", attachments=[picture["id"]])
        talk = Talk(vera, chat, inbox)
        talking = asyncio.create_task(talk.go_on())
        await talk.is_under_way.wait()
        acknowledged, asked_at = set(talk.said), time.monotonic()
        made = await asyncio.to_thread(here.manage, "backup")
        took = time.monotonic() - asked_at
        talking.cancel()
    file = backups_in(here.backups)[-1].file
    restored = second.manage("restore", file)
    assert "Restored in" in restored
    there = entries(second, vera)
    assert acknowledged <= {content for _, content in there}, "what was acknowledged before is in it"
    assert [seq for seq, _ in there] == list(range(1, len(there) + 1)), "it has no hole"
    assert second.files() == here.files()
    lost = set(talk.said) - {content for _, content in there}
    assert lost, "people went on chatting meanwhile"
    print(f"\n{made}{restored}", end="")
    began = time.monotonic()
    with start_stack(second.settings, name="second") as opened:
        serving = time.monotonic() - began
        again = Visitor(opened, type(vera.rest)(opened, vera.rest.token), vera.session, vera.conversation_id)
        latest = again.rest.get(again.path("entries/")).json()["entries"][-1]
        assert (latest["seq"], latest["content"]) == there[-1]
        assert again.rest.download(picture["url"]).content == PDF
        async with again.socket() as chat:
            assert (await chat.say("And on we go"))["rev"] == len(there) + 1
    taken = float(re.search(r"Restored in ([\d.]+) s", restored)[1])  # type: ignore[index]
    print(f"RPO: nothing from before the backup began; {len(lost)} messages of the {took:.1f} s since")
    print(f"RTO: {taken + serving:.1f} s ({taken:.1f} s to restore, {serving:.1f} s until it serves)")


class Talk:
    """Vera and Ben write one line after the other; `said` has what was acknowledged."""

    def __init__(self, vera: Visitor, chat: Any, inbox: Any) -> None:
        self.vera, self.chat, self.inbox = vera, chat, inbox
        self.said: list[str] = []
        self.is_under_way = asyncio.Event()

    async def go_on(self) -> None:
        for number in count():
            content = f"line {number}"
            if number % 2:
                await self.inbox.say(content, conversation_id=self.vera.conversation_id)
            else:
                await self.chat.say(content)
            self.said.append(content)
            if number == 10:
                self.is_under_way.set()


def entries(installation: Installation, vera: Visitor) -> list[tuple[int, str]]:
    query = "SELECT seq, content FROM conversations_entry WHERE conversation_id = %s ORDER BY seq"
    with psycopg.connect(installation.database) as connection:
        return [(seq, content) for seq, content in connection.execute(query, [vera.conversation_id])]


def add_messages(vera: Visitor, many: int) -> None:
    """Copies of her first message, in one statement."""
    if not many:
        return
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'conversations_entry'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''"
        )
        names = [name for (name,) in found]
        new = {"id": "gen_random_uuid()", "seq": "seq + n", "rev": "rev + n", "client_id": "NULL"}
        values = ", ".join(new.get(name, f'"{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        connection.execute(
            f"INSERT INTO conversations_entry ({columns}) SELECT {values} FROM conversations_entry,"
            " generate_series(1, %s) n WHERE conversation_id = %s AND seq = 1",
            [many, vera.conversation_id],
        )
        connection.execute(
            "UPDATE conversations_conversation SET rev = rev + %(n)s, visitor_rev = visitor_rev + %(n)s,"
            " message_count = message_count + %(n)s WHERE id = %(id)s",
            {"n": many, "id": vera.conversation_id},
        )


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
