"""What one process has asked a Redis host to tell it. One task connects: the reader, who calls `hear`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import hiredis
from redis import asyncio as aioredis
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.exceptions import RedisError

from foundation.batching import Batches

LINK_PATIENCE = 3.0  # seconds in which the reader has to find Redis before a new consumer is sent away
BROKEN = (RedisError, OSError, RuntimeError)  # the last is uvloop's word for a transport that has just closed


class Subscriptions(aioredis.client.PubSub):
    """redis-py's subscriber, with a list of what is wanted in place of commands that have to get through.

    redis-py lets whoever finds the link broken connect again, and two who do so at once break each other's. Here
    everybody notes what they want in `channels`; who finds no link waits for the reader's next one, which asks for all.
    `on_again` is called when it has.
    """

    connection: Any
    on_again: Callable[[], None] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._askings: Batches[str, bool] = Batches(self._ask)
        self._linked = asyncio.Event()  # there is a link, and it was asked for everything that was wanted before it

    async def hear(self) -> list[tuple[bytes, bytes]]:
        """What Redis says next, as (channel, data): everything that has come. For the reader alone. Raises `BROKEN`.

        Where Redis refuses something (a right withdrawn, say), somebody hears less than they think: the link is cut,
        and the next asks for all and says so (`on_again`).
        """
        if self.connection is None:
            await self.connect()  # type: ignore[no-untyped-call]
            await self._ask_for_all(self.connection)
        elif not self.is_linked:
            await self.connection.disconnect(nowait=True)
            await self.connection.connect()
        try:
            said = [await self.parse_response(block=True), *self._arrived()]
            for one in said:
                if isinstance(one, Exception):
                    raise one
        except RedisError:
            await self.connection.disconnect(nowait=True)
            raise
        heard = [(one[1], one[2]) for one in said if one is not None and one[0] == b"message"]
        for one in said:
            if one is not None and one[0] != b"message":  # that we have come, or gone, or a pong
                await self.handle_message(one, ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        return heard

    def _arrived(self) -> list[Any]:
        """What lies decoded in memory. redis-py takes longer to give one answer than hiredis to read twenty."""
        reader = getattr(self.connection._parser, "_reader", None)
        if not isinstance(reader, hiredis.Reader):
            return []
        return list(iter(lambda: reader.gets(False), NOT_ENOUGH_DATA))

    async def add(self, name: str) -> None:
        """Want what is published there. Raises TimeoutError while Redis is away; it is wanted all the same."""
        is_new = name.encode() not in self.channels
        self.channels[name.encode()] = None
        if self.is_linked and (not is_new or await self._askings.call(name)):
            return
        async with asyncio.timeout(LINK_PATIENCE):
            await self._linked.wait()

    async def _ask(self, names: list[str]) -> Sequence[bool]:
        """One command for all who come in at the same time: after a restart that is everybody."""
        wanted = [name for name in names if name.encode() in self.channels]
        is_sent = await self._is_sent("SUBSCRIBE", *wanted) if wanted else True
        return [is_sent for _ in names]

    async def drop(self, name: str) -> None:
        """Want it no longer. This waits for nobody: without a link, the next one does not ask for it."""
        if name.encode() in self.channels:
            del self.channels[name.encode()]
            await self._is_sent("UNSUBSCRIBE", name)

    @property
    def is_linked(self) -> bool:
        if self.connection is None or not self.connection.is_connected:
            self._linked.clear()
        return self._linked.is_set()

    async def _is_sent(self, *command: str) -> bool:
        """False when there is no link, or it breaks; redis-py has cut it then, which wakes the reader."""
        if not self.is_linked:
            return False
        try:
            await self.connection.send_command(*command, check_health=False)
        except BROKEN:
            self._linked.clear()
            return False
        return True

    async def on_connect(self, connection: Any, *args: Any, **kwargs: Any) -> None:
        # redis-py registers this on a connection that it has opened already: whenever it is called, it is again.
        await self._ask_for_all(connection)
        if self.on_again is not None:
            self.on_again()

    async def _ask_for_all(self, connection: Any) -> None:
        asked: set[bytes] = set()
        try:
            while missing := self.channels.keys() - asked:  # more can be wanted while this is sent
                await connection.send_command("SUBSCRIBE", *missing, check_health=False)
                asked |= missing
        except BaseException:
            await connection.disconnect(nowait=True)  # or redis-py would take it for a link that is complete
            raise
        self._linked.set()

    async def _reconnect(self, *args: Any, **kwargs: Any) -> None:
        self._linked.clear()
        await super()._reconnect(*args, **kwargs)
