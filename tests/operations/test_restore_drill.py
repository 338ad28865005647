"""`make restore-drill`: people chat, a backup is made, and it is restored beside it, where they go on."""

from __future__ import annotations

import asyncio
import os
import re
import time
from functools import partial
from itertools import count
from typing import Any

import psycopg
import pytest

from foundation.backups.folder import backups_in
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.operations.second_installation import Installation
from tests.servers.stack import Stack, start_stack

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MANY, MILLION = 200_000, 1_000_000  # messages, in the long forms
PROMISED = 300.0  # seconds for a million messages, and never less than two fifths of it
pytestmark = pytest.mark.timeout(300)  # each command is a process, each restore a new database; others work here, too


@pytest.mark.parametrize(
    "more",
    [
        0,
        pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
        pytest.param(MILLION, marks=[pytest.mark.slow, pytest.mark.longest, pytest.mark.timeout(1800)]),
    ],
)
async def test_what_was_backed_up_while_people_chat_is_restored_beside_it(
    here: Installation, second: Installation, people_only: Cast, stack: Stack, more: int, request: pytest.FixtureRequest
) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open("Hello")
    picture = vera.rest.upload(vera.path("attachments/"), "order.pdf", PDF).json()
    request.addfinalizer(partial(remove_messages, vera))
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
    assert taken + serving <= PROMISED * max(more / MILLION, 0.4), "docs/operators/upkeep.md promises less"


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


def remove_messages(vera: Visitor) -> None:
    """The copies, for the tests that come after."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SET session_replication_role = replica")  # nothing refers to them
        connection.execute(
            "DELETE FROM conversations_entry WHERE conversation_id = %s AND seq > 1 AND client_id IS NULL",
            [vera.conversation_id],
        )
