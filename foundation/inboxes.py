"""Where the events of the channel layer wait for one consumer: bounded, and nothing twice."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from typing import Any, Protocol

Event = dict[str, Any]
OVERFLOW: Event = {"type": "layer.overflow"}
REMEMBERED = 2000  # events that are known to have been here


class Reader(Protocol):
    """Who has an inbox and wants its events brought."""

    def take(self, event: Event) -> bool:
        """Take it now, without waiting for anybody; False: it has to wait in the inbox."""
        ...

    def look(self) -> None:
        """Something waits: begin to `pop`, unless you are at it. For what waits then, this is not called again."""
        ...

    def give_up(self) -> None:
        """Too much waits: it is gone, and so is any order in it."""
        ...


class Inbox:
    """A consumer's bounded queue. One event too many leaves nothing but `OVERFLOW`: the reader is cut off, not cheated.

    A reader with nothing in the queue takes the next event at once, in the turn of the loop that brought it: no task
    is woken. Most sockets are idle most of the time, so the queue is made when something has to wait.
    """

    __slots__ = ("_capacity", "_events", "_getter", "_reader", "overflowed")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._events: deque[Event] | None = None
        self._reader: Reader | None = None
        self._getter: asyncio.Future[None] | None = None
        self.overflowed = False

    def read_by(self, reader: Reader) -> None:
        """From now on this reader is brought what comes, and told of what waits already."""
        self._reader = reader
        if not self.empty():
            reader.look()

    def put_nowait(self, event: Event) -> None:
        if self.overflowed:
            return
        reader = self._reader
        if self._events is None:
            if reader is not None and reader.take(event):
                return
            self._events = deque()
        if len(self._events) >= self._capacity:
            self.overflowed = True
            self._events.clear()
            event = OVERFLOW
        self._events.append(event)
        if self._getter is not None and not self._getter.done():
            self._getter.set_result(None)
        if reader is not None:
            reader.give_up() if self.overflowed else reader.look()

    def pop(self) -> Event | None:
        """What has waited longest. None: nothing waits, and what comes is brought again."""
        if not self._events:
            self._events = None
            return None
        return self._events.popleft()

    async def get(self) -> Event:
        """For a consumer without a reader."""
        while (event := self.pop()) is None:
            self._getter = asyncio.get_running_loop().create_future()
            try:
                await self._getter
            finally:
                self._getter = None
        return event

    def empty(self) -> bool:
        return not self._events


class Ways:
    """Who has had an event. One that comes by two ways (its key `once` says that it may) is handed to nobody twice."""

    def __init__(self) -> None:
        self._recent: dict[str, list[Collection[str]]] = {}
        self._older: dict[str, list[Collection[str]]] = {}

    def fresh(self, once: str, receivers: Collection[str]) -> Collection[str]:
        """Those of the receivers who have not had it. They have, from now on."""
        before = self._recent.get(once) or self._older.get(once)
        if before is None:
            if len(self._recent) >= REMEMBERED:
                self._older, self._recent = self._recent, {}
            self._recent[once] = [receivers]
            return receivers
        fresh = [one for one in receivers if not any(one in way for way in before)]
        before.append(fresh)
        return fresh
