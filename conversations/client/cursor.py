"""The highest `rev` applied without a gap, and the wait for frames that overtook each other (protocol "Numbers")."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

GAP = 0.2  # seconds that a gap has to close by itself
LONGEST = 60.0


class Cursor:
    """`on_gap` is called while something is missing, ever more patiently, as the question can be lost as well."""

    def __init__(self, on_gap: Callable[[], None], start: int = 0) -> None:
        self.value = start
        self._on_gap = on_gap
        self._ahead: list[tuple[int, int]] = []
        self._heard = 0
        self._wait = GAP
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_behind(self) -> bool:
        return bool(self._ahead) or self._heard > self.value

    def see(self, rev: int, prev: int) -> None:
        """A live frame of a durable change; the caller applies it in any case."""
        if rev > self.value:
            self._ahead.append((rev, prev))
        self._settle()

    def reach(self, rev: int) -> None:
        """Everything up to `rev` is known."""
        self.value = max(self.value, rev)
        self._settle()

    def hear(self, rev: int) -> None:
        """The server says that its `rev` is this one."""
        self._heard = max(self._heard, rev)
        self._settle()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._wait = None, GAP

    def _settle(self) -> None:
        """Take in, in any order, what now joins on; what is left over is a gap."""
        for rev, prev in sorted(self._ahead):
            if prev <= self.value:
                self.value = max(self.value, rev)
        self._ahead = [one for one in self._ahead if one[0] > self.value]
        if not self.is_behind:
            self.stop()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._wait, self._report)

    def _report(self) -> None:
        self._wait = min(LONGEST, self._wait * 5)
        self._timer = asyncio.get_running_loop().call_later(self._wait, self._report)
        self._on_gap()
