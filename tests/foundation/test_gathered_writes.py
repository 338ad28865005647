"""Frames of one turn of the loop leave in one write, in order; nothing waits longer, and nothing is left at the end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from foundation.gathered_writes import MOST_WAITING, GatheringTransport


class Written:
    """In place of asyncio's transport: notes what it was given."""

    def __init__(self) -> None:
        self.calls: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.calls.append(data)

    def close(self) -> None:
        self.calls.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.calls


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
async def transport(written: Any) -> GatheringTransport:
    return GatheringTransport(written, asyncio.get_running_loop())


async def test_what_one_turn_sends_leaves_together_and_in_order(
    transport: GatheringTransport, written: Written
) -> None:
    transport.write(b"one ")
    transport.write(b"two")
    assert written.calls == []
    await asyncio.sleep(0)
    transport.write(b"three")
    await asyncio.sleep(0)
    assert written.calls == [b"one two", b"three"]


async def test_much_does_not_wait(transport: GatheringTransport, written: Written) -> None:
    transport.write(b"x" * (MOST_WAITING + 1))
    assert written.calls == [b"x" * (MOST_WAITING + 1)]
    await asyncio.sleep(0)
    assert len(written.calls) == 1


async def test_what_waits_leaves_before_the_end(transport: GatheringTransport, written: Written) -> None:
    transport.write(b"the last frame")
    transport.close()
    await asyncio.sleep(0)
    assert written.calls == [b"the last frame", "closed"]


async def test_everything_else_is_the_transports_own(transport: GatheringTransport, written: Written) -> None:
    assert transport.is_closing() is False
    transport.close()
    assert transport.is_closing() is True
