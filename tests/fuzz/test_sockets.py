"""Twenty thousand frames: none is an accident of ours, closes a socket, or brings somebody else's words to light.

After each the server answers a `ping`. Each example is a batch for a visitor's socket and one for a dashboard;
meanwhile another organisation's people talk, with a word that neither may hear.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter
from websockets import ClientConnection

from conversations import protocol
from tests.cast import Role, new_person, new_website
from tests.clients import people
from tests.clients.sockets import Socket
from tests.fuzz.commands import Frame, frames
from tests.isolation.sockets import commands
from tests.servers.stack import Stack, start_stack

FOREIGN = "zqforeignword"
BATCH = 40
SAID = 3  # times three messages of the others during a batch
PING = '{"type": "ping"}'
LIMITED = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@dataclass
class Side:
    """One open socket, and how often it got what."""

    socket: Socket
    form: TypeAdapter[Any]
    counted: Counter[str] = field(default_factory=Counter)

    @property
    def connection(self) -> ClientConnection:
        return self.socket.connection

    async def take(self, batch: list[Frame]) -> None:
        for frame in batch:
            await self.connection.send(frame)
            await self.connection.send(PING)
            await self._until_pong(frame)
            self.counted["sent"] += 1

    async def _until_pong(self, frame: Frame) -> None:
        async with asyncio.timeout(30):
            while True:
                text = await self.connection.recv()
                assert isinstance(text, str)
                assert FOREIGN not in text, frame
                self.form.validate_json(text)
                told = json.loads(text)
                self.counted[told["type"]] += 1
                assert told["type"] != "error", (told, frame)
                assert told.get("code") != "unavailable", (told, frame)
                if told["type"] == "pong":
                    return


@dataclass
class Ground:
    runner: asyncio.Runner
    stack: Stack
    chat: Side
    inbox: Side
    gustav: Socket
    mallory: Socket
    ids: list[str]
    said: int = 0

    def take(self, chat: list[Frame], inbox: list[Frame]) -> None:
        async def both() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.chat.take(chat))
                group.create_task(self.inbox.take(inbox))
                group.create_task(self.talk())

        self.runner.run(both())

    async def talk(self) -> None:
        """At Globex: each is told what the other says, so it was said to everybody who may hear it."""
        theirs = self.ids[-1]
        for number in range(SAID):
            await self.gustav.say(f"{FOREIGN} {number}")
            await self.gustav.send("typing", is_typing=True, draft=FOREIGN)
            await self.mallory.say(f"{FOREIGN} answer {number}", conversation_id=theirs)
            await self.mallory.say(f"{FOREIGN} note {number}", conversation_id=theirs, note=True)
            self.said += 3


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Vera and Ben on Acme, where people answer; at Globex Gustav and Mallory talk, of whom neither may hear."""
    with start_stack(name="fuzz", worker=False) as stack, asyncio.Runner() as runner:
        acme, globex = new_website("Acme", ai_enabled=False), new_website("Globex", ai_enabled=False)
        ben = people.log_in(stack, new_person("Ben", acme, Role.AGENT))
        vera, victor, gustav = people.visit(stack, acme), people.visit(stack, acme), people.visit(stack, globex)
        vera.open()
        victor.open()
        gustav.open()
        mallory = people.log_in(stack, new_person("Mallory", globex, Role.OWNER))
        sockets = chat, inbox, gustavs, mallorys = vera.socket(), ben.socket(), gustav.socket(), mallory.socket()
        for socket in sockets:
            runner.run(socket.__aenter__())
        ids = [vera.conversation_id, victor.conversation_id, gustav.conversation_id]
        sides = Side(chat, protocol.visitor_frames), Side(inbox, protocol.dashboard_frames)
        found = Ground(runner, stack, *sides, gustavs, mallorys, ids)
        yield found
        print(f"\n{found.said} foreign messages")
        for side in (found.chat, found.inbox):
            place = side.socket.url.rpartition("ws/")[2]
            print(f"{place}: {side.counted['sent']} frames; told {dict(side.counted)}")
        for socket in sockets:
            runner.run(socket.connection.close())


def fuzz(ground: Ground, examples: int) -> None:
    visitors = st.lists(frames(forms("chat"), ground.ids), min_size=BATCH, max_size=BATCH)
    staffs = st.lists(frames(forms("dashboard"), ground.ids), min_size=BATCH, max_size=BATCH)

    @settings(LIMITED, max_examples=examples)
    @given(visitors, staffs)
    def take(chat: list[Frame], inbox: list[Frame]) -> None:
        ground.take(chat, inbox)

    before = ground.chat.counted["sent"] + ground.inbox.counted["sent"]
    take()
    sent = ground.chat.counted["sent"] + ground.inbox.counted["sent"] - before
    assert sent >= examples * BATCH * 2
    assert ground.said >= examples * 3 * SAID, "nobody said the word, so nobody could hear it"
    log = ground.stack.web.log_tail(100_000)
    assert "Traceback" not in log
    assert "command failed" not in log


def forms(kind: str) -> list[type[BaseModel]]:
    """All but `ping`, whose answers are counted."""
    return [form for name, form in commands(kind).items() if name != "ping"]


def test_a_thousand_frames_harm_nothing(ground: Ground) -> None:
    fuzz(ground, 13)


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.timeout(900)
def test_twenty_thousand_frames_harm_nothing(ground: Ground) -> None:
    fuzz(ground, 260)
