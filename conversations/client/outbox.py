"""Sends that wait for their acknowledgement. Each keeps its client_id, so sending it twice stores it once."""

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
        self._attempt(item)

    def flush(self) -> None:
        """The wire is back: send what waits."""
        for item in self.waiting:
            item.tries = 0
            self._attempt(item)

    def acknowledged(self, client_id: str) -> None:
        item = self._waiting.pop(client_id, None)
        if item is not None:
            _cancel(item)

    def refused(self, client_id: str, code: str, retry_after: float | None = None) -> None:
        item = self._waiting.get(client_id)
        if item is None:
            return
        _cancel(item)
        if code not in REFUSED_FOR_NOW:
            item.failed = code
        else:
            self._later(item, retry_after or 2.0)

    def retry(self, client_id: str) -> None:
        """Somebody wants to try again what has failed."""
        item = self._waiting.get(client_id)
        if item is not None and item.failed:
            item.failed, item.tries = "", 0
            self._attempt(item)

    def stop(self) -> None:
        for item in self._waiting.values():
            _cancel(item)

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
                item.failed = "no_answer"

        item.timer = asyncio.get_running_loop().call_later(seconds, again)


def _cancel(item: Outgoing) -> None:
    if item.timer is not None:
        item.timer.cancel()
        item.timer = None
