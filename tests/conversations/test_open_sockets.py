"""A server that is about to end sends its sockets away: some at a time, after what they are at, and lets no more in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.test import RequestFactory

from chatplatform.health import ready
from conversations.closings import RESTARTING, Closed
from conversations.hearing import Hearer
from conversations.open_sockets import AT_ONCE, is_open, send_away
from foundation.leaving import Leaving, leaving


class Sitting(Hearer):
    """A socket whose client says nothing, or one thing that takes until `done`."""

    task: asyncio.Task[Any]

    def __init__(self, at_something: bool = False) -> None:
        self.is_obeying = at_something
        self.done = asyncio.Event()
        self.here = asyncio.Event()
        self.task = asyncio.create_task(self._sit())

    async def _sit(self) -> None:
        with is_open(self):
            self.here.set()
            await self.done.wait()


async def seated(*sockets: Sitting) -> None:
    for one in sockets:
        await one.here.wait()


async def test_whoever_is_at_nothing_ends_at_once_and_others_after_what_they_are_at() -> None:
    idle, busy = Sitting(), Sitting(at_something=True)
    await seated(idle, busy)
    leave = asyncio.create_task(send_away())
    await asyncio.gather(idle.task, return_exceptions=True)
    assert isinstance(idle.ending, Closed)
    assert (idle.ending.code, idle.ending.reason) == RESTARTING[:2]
    assert (busy.parting is not None, busy.ending) == (True, None)
    assert not leave.done(), "it waits for the last"
    busy.done.set()
    await asyncio.wait_for(leave, 10)
    assert not busy.task.cancelled()


async def test_many_are_not_sent_away_in_the_same_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        told.append(sum(one.parting is not None for one in sockets))
        await sleep(0)

    sockets = [Sitting() for _ in range(2 * AT_ONCE + 1)]
    await seated(*sockets)
    monkeypatch.setattr("conversations.open_sockets.asyncio.sleep", note)
    await send_away()
    assert told == [AT_ONCE, 2 * AT_ONCE, 2 * AT_ONCE + 1]
    await asyncio.gather(*[one.task for one in sockets], return_exceptions=True)


async def test_once_it_leaves_nobody_is_let_in_and_health_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "has_begun", True)
    late = Sitting()
    with pytest.raises(Closed) as closed:
        await asyncio.wait_for(late.task, 10)
    assert (closed.value.code, closed.value.reason) == RESTARTING[:2]
    answer = await ready(RequestFactory().get("/health/ready/"))
    assert (answer.status_code, json.loads(answer.content)) == (503, {"status": "leaving", "parts": {}})


async def test_a_farewell_that_fails_keeps_no_other_from_being_said() -> None:
    said: list[str] = []

    async def fail() -> None:
        raise OSError("no words")

    async def farewell() -> None:
        said.append("farewell")

    process = Leaving()
    for one in (fail, farewell, farewell):
        process.before(one)
    await process.take_leave()
    assert (said, process.has_begun) == (["farewell"], True)
