"""Ctrl-C, SIGTERM and SIGHUP, turned into one exception at points where it does no harm."""

import os
import signal
import time
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


class StopRequest:
    """Remembers that a signal came. Only `pause` and `check` raise, so no start is ever cut in half."""

    def __init__(self, *, stop_with_parent: bool = False) -> None:
        self.times_asked = 0
        self.parent = os.getppid() if stop_with_parent else None

    def listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._remember)

    def pause(self, seconds: float) -> None:
        """Sleeps; raises Stopped when we are, or have been, asked to stop."""
        self.check()
        time.sleep(seconds)
        self.check()

    def check(self) -> None:
        if self.times_asked or self._parent_is_gone():
            raise Stopped

    def _remember(self, _number: int, _frame: FrameType | None) -> None:
        self.times_asked += 1

    def _parent_is_gone(self) -> bool:
        return self.parent is not None and os.getppid() != self.parent
