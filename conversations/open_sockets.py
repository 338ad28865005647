"""The greeted sockets of this process, and how they are sent to another one before it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from conversations.closings import RESTARTING, Closed
from conversations.hearing import Hearer
from foundation.leaving import leaving
from foundation.logs import log

logger = log(__name__)
AT_ONCE = 50
PAUSE = 0.2  # seconds between so many; with what each client waits besides, who takes them in is not overrun
LONGEST = 5.0  # seconds until the last has been told
LAST_WORDS = 3.0  # seconds that they get, together, to end what they are at
_open: set[Hearer] = set()
_all_have_left = asyncio.Event()


@contextmanager
def is_open(socket: Hearer) -> Iterator[None]:
    """For as long as it serves. Raises Closed when the process takes nobody in any more."""
    if leaving.has_begun:
        raise Closed(*RESTARTING)
    _open.add(socket)
    _all_have_left.clear()
    try:
        yield
    finally:
        _open.discard(socket)
        if not _open:
            _all_have_left.set()


async def send_away() -> None:
    """Tell each to come back, which leads it elsewhere, and wait until they have heard it."""
    waiting = list(_open)
    rounds = range(0, len(waiting), AT_ONCE)
    pause = min(PAUSE, LONGEST / max(1, len(rounds)))
    logger.info("[WS_AUTH] sockets are sent away", sockets=len(waiting))
    for start in rounds:
        for socket in waiting[start : start + AT_ONCE]:
            socket.part(Closed(*RESTARTING))
        await asyncio.sleep(pause)
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS if _open else 0):
            await _all_have_left.wait()
