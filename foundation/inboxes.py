"""Where the events of the channel layer wait for one consumer: bounded, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

Event = dict[str, Any]
OVERFLOW: Event = {"type": "layer.overflow"}
REMEMBERED = 2000  # events that are known to have been here


class Inbox(asyncio.Queue[Event]):
    """A consumer's bounded queue. One event too many leaves nothing but `OVERFLOW`: the reader is cut off, not cheated.

    `overflowed` is for a consumer that cannot come to its queue because it is stuck in a send.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.overflowed = asyncio.Event()

    def put_nowait(self, item: Event) -> None:
        if self.overflowed.is_set():
            return
        if self.full():
            self.overflowed.set()
            while not self.empty():
                self.get_nowait()
            item = OVERFLOW
        super().put_nowait(item)


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
