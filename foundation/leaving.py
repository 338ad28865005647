"""The end of a server process while its connections are still open: what it takes leave of, and that it is about to go.

What runs then is named by the process' start (chatplatform/lifespan.py); the server runs it (foundation/web_server.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from foundation.logs import log

logger = log(__name__)
Farewell = Callable[[], Awaitable[object]]


class Leaving:
    """`has_begun` is true from the moment the process takes nobody in any more."""

    def __init__(self) -> None:
        self.has_begun = False
        self._farewells: list[Farewell] = []

    def before(self, farewell: Farewell) -> None:
        """Run this before connections are closed. Once more changes nothing."""
        if farewell not in self._farewells:
            self._farewells.append(farewell)

    async def take_leave(self) -> None:
        """One that fails keeps no other from being run: the process ends in any case."""
        self.has_begun = True
        for farewell in self._farewells:
            try:
                await farewell()
            except Exception:
                logger.exception("a farewell failed")


leaving = Leaving()
