"""Sends that wait for their acknowledgement. Each keeps its client_id, so sending it twice stores it once.

One is under way at a time, so that they are stored in the order they were written, whatever is refused or lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

ANSWER = 10.0  # seconds
TRIES = 3
REFUSED_FOR_NOW = ("rate_limited", "unavailable")


@dataclass
class Outgoing:
    """One message on its way. `failed` says why it will not go by itself any more."""

    client_id: str
    content: str
    note: bool = False
    tries: int = 0
    failed: str = ""
    timer: asyncio.TimerHandle | None = None


class Outbox:
    """`deliver` hands a message to the wire; it answers False while there is none."""

    def __init__(self, deliver: Callable[[Outgoing], bool]) -> None:
        self._deliver = deliver
        self._waiting: dict[str, Outgoing] = {}

    @property
    def waiting(self) -> list[Outgoing]:
        """What was not acknowledged and has not failed, in the order it was written."""
        return [item for item in self._waiting.values() if not item.failed]

    @property
    def failures(self) -> dict[str, str]:
        """Why each message failed that will not go by itself any more."""
        return {client_id: item.failed for client_id, item in self._waiting.items() if item.failed}

    def add(self, item: Outgoing) -> None:
        self._waiting[item.client_id] = item
        if self.waiting[0] is item:
            self._attempt(item)

    def flush(self) -> None:
        """The wire is back: send what waits."""
        for item in self.waiting[:1]:
            item.tries = 0
            self._attempt(item)

    def acknowledged(self, client_id: str) -> None:
        item = self._waiting.pop(client_id, None)
        if item is not None:
            _cancel(item)
            self._next()

    def refused(self, client_id: str, code: str, retry_after: float | None = None) -> None:
        item = self._waiting.get(client_id)
        if item is None:
            return
        if code not in REFUSED_FOR_NOW:
            self._fail(item, code)
        else:
            item.tries = 0 if code == "rate_limited" else item.tries
            self._later(item, retry_after or 2.0)

    def retry(self, client_id: str) -> None:
        """Somebody wants to try again what has failed: it goes behind what waits."""
        item = self._waiting.get(client_id)
        if item is not None and item.failed:
            del self._waiting[client_id]
            item.failed, item.tries = "", 0
            self.add(item)

    def stop(self) -> None:
        for item in self._waiting.values():
            _cancel(item)

    def _next(self) -> None:
        waiting = self.waiting
        if waiting and waiting[0].timer is None:
            self._attempt(waiting[0])

    def _attempt(self, item: Outgoing) -> None:
        _cancel(item)
        if self._deliver(item):  # offline is no failure: `flush` comes with the next connection
            item.tries += 1
            self._later(item, ANSWER)

    def _later(self, item: Outgoing, seconds: float) -> None:
        def again() -> None:
            if item.tries < TRIES:
                self._attempt(item)
            else:
                self._fail(item, "no_answer")

        _cancel(item)
        item.timer = asyncio.get_running_loop().call_later(seconds, again)

    def _fail(self, item: Outgoing, code: str) -> None:
        _cancel(item)
        item.failed = code
        self._next()


def _cancel(item: Outgoing) -> None:
    if item.timer is not None:
        item.timer.cancel()
        item.timer = None
