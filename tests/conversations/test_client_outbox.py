"""The client's outbox: whatever is lost, refused or delayed, messages are stored in the order they were written."""

from __future__ import annotations

import asyncio
import random

import pytest

from conversations.client import outbox
from conversations.client.outbox import Outbox, Outgoing


class Wire:
    """A server that loses, refuses and delays, and a link that comes and goes."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.online = chance, False
        self.stored: list[str] = []
        self.emptied = asyncio.Event()
        self.outbox = Outbox(self.deliver)

    def deliver(self, item: Outgoing) -> bool:
        if self.online:
            asyncio.get_running_loop().call_later(self.chance.uniform(0, 0.002), self.serve, item.client_id)
        return self.online

    def serve(self, client_id: str) -> None:
        fate = self.chance.random()
        if 0.15 <= fate < 0.3:
            self.outbox.refused(client_id, self.chance.choice(outbox.REFUSED_FOR_NOW), 0.001)
        elif fate >= 0.3 and client_id not in self.stored:
            self.stored.append(client_id)
        if 0.3 <= fate < 0.9:
            self.outbox.acknowledged(client_id)
        if not self.outbox.waiting:
            self.emptied.set()

    async def comes_and_goes(self) -> None:
        while True:
            self.online = not self.online
            if self.online:
                self.outbox.flush()
            await asyncio.sleep(self.chance.uniform(0, 0.02))


@pytest.mark.parametrize("seed", range(10))
async def test_messages_are_stored_in_the_order_they_were_written(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "ANSWER", 0.005)
    monkeypatch.setattr(outbox, "TRIES", 10**6)
    wire = Wire(random.Random(seed))
    link = asyncio.create_task(wire.comes_and_goes())
    written = [str(number) for number in range(40)]
    for client_id in written:
        wire.outbox.add(Outgoing(client_id, "Hello"))
        await asyncio.sleep(0.001)
    wire.emptied.clear()
    if wire.outbox.waiting:
        async with asyncio.timeout(20):
            await wire.emptied.wait()
    link.cancel()
    assert wire.stored == written


async def test_what_is_refused_for_good_holds_nothing_up_and_goes_last_when_tried_again() -> None:
    sent: list[str] = []

    def deliver(item: Outgoing) -> bool:
        sent.append(item.client_id)
        return True

    box = Outbox(deliver)
    for client_id in "abc":
        box.add(Outgoing(client_id, "Hello"))
    assert sent == ["a"]
    box.refused("a", "too_long")
    assert (sent, box.failures) == (["a", "b"], {"a": "too_long"})
    box.retry("a")
    box.acknowledged("b")
    box.acknowledged("c")
    assert sent == ["a", "b", "c", "a"]
    box.stop()
