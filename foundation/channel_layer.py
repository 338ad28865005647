"""channels-redis' pub/sub layer, made fast and hard to break.

Fast: what waits to be published goes in one pipeline, and an event is decoded once per process, not once per consumer.
Hard: each consumer's queue is bounded, and after a Redis reconnect every consumer is told to resync, since what was
published meanwhile is gone. `docs/decisions/channel-layer.md` has the figures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from channels_redis import pubsub
from channels_redis.utils import _wrap_close, create_pool
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from foundation.logs import log

logger = log(__name__)

Event = dict[str, Any]
RESYNC: Event = {"type": "layer.resync"}
OVERFLOW: Event = {"type": "layer.overflow"}
NOTHING_SUBSCRIBED_PAUSE = 0.05
LINK_PATIENCE = 3.0  # seconds in which the reader has to find Redis again before a new consumer is sent away


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


class Subscriptions(aioredis.client.PubSub):
    """redis-py's subscriber with one task that connects: its reader. It also says when it had to connect again.

    redis-py lets whoever finds the link broken connect again, and two who do so at once break each other's.
    """

    connection: Any
    on_again: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._linked = asyncio.Event()

    async def on_connect(self, connection: Any, *args: Any, **kwargs: Any) -> None:
        # redis-py registers this on a connection that it has opened already: whenever it is called, it is again.
        self._linked.set()
        await super().on_connect(connection, *args, **kwargs)
        if self.on_again is not None:
            self.on_again()

    async def execute_command(self, *args: Any) -> None:
        """Send SUBSCRIBE or UNSUBSCRIBE. Raises redis.ConnectionError or TimeoutError while Redis is away."""
        if self.subscribed:  # so there is a reader
            async with asyncio.timeout(LINK_PATIENCE):
                while not await self._has_sent(args):
                    pass
        else:
            await super().execute_command(*args)
            self._linked.set()

    async def _has_sent(self, command: tuple[Any, ...]) -> bool:
        if not self.connection.is_connected:
            self._linked.clear()
        await self._linked.wait()
        try:
            await self.connection.send_command(*command, check_health=False)
        except (RedisConnectionError, RuntimeError):  # the latter is uvloop's word for a transport that has just closed
            self._linked.clear()  # redis-py has cut the link by this, so its reader connects again
            return False
        return True

    async def parse_response(self, block: bool = True, timeout: float = 0) -> Any:
        if not self.connection.is_connected:
            self._linked.clear()
        return await super().parse_response(block, timeout)

    async def _reconnect(self, *args: Any, **kwargs: Any) -> None:
        self._linked.clear()
        await super()._reconnect(*args, **kwargs)


class Shard(pubsub.RedisSingleShardConnection):
    """The connections to one Redis host: a pool for publishing and one subscriber."""

    _redis: Any
    _pubsub: Any

    def __init__(self, host: dict[str, Any], layer: LoopLayer) -> None:
        super().__init__(host, layer)
        self._waiting: list[tuple[str, bytes]] = []
        self._published: asyncio.Future[None] | None = None
        self._publisher: asyncio.Task[None] | None = None

    async def publish(self, channel: str, message: bytes) -> None:
        await asyncio.shield(self.publish_soon([(channel, message)]))

    def publish_soon(self, messages: Iterable[tuple[str, bytes]]) -> asyncio.Future[None]:
        """Queue for the next pipeline, in order; the future ends when it has reached Redis, or with the error."""
        self._ensure_redis()
        self._waiting.extend(messages)
        if self._published is None:
            self._published = asyncio.get_running_loop().create_future()
            self._published.add_done_callback(_note_outcome)
        if self._publisher is None or self._publisher.done():
            self._publisher = asyncio.create_task(self._publish_waiting())
        return self._published

    async def _publish_waiting(self) -> None:
        while self._waiting and self._published is not None:
            messages, self._waiting = self._waiting, []
            published, self._published = self._published, None
            try:
                pipeline = self._redis.pipeline(transaction=False)
                for channel, message in messages:
                    pipeline.publish(channel, message)
                await pipeline.execute()
                if not published.done():
                    published.set_result(None)
            except Exception as error:
                if not published.done():
                    published.set_exception(error)
            except BaseException:
                published.cancel()
                raise

    def _ensure_redis(self) -> None:
        if self._redis is None:
            self._redis = aioredis.Redis(connection_pool=create_pool(self.host))
            self._pubsub = Subscriptions(self._redis.connection_pool)
            self._pubsub.on_again = self.channel_layer.reconnected

    async def _do_receiving(self) -> None:
        while True:
            try:
                if self._pubsub is not None and self._pubsub.subscribed:
                    response = await self._pubsub.parse_response(block=True)
                    self._receive_message(await self._pubsub.handle_message(response, ignore_subscribe_messages=True))
                else:
                    await asyncio.sleep(NOTHING_SUBSCRIBED_PAUSE)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.warning("[WS_SEND] lost the channel layer, trying again", error=repr(error))
                await asyncio.sleep(0.5)

    def _receive_message(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        layer, name = self.channel_layer, message["channel"].decode()
        receivers = [name] if name in layer.channels else layer.groups.get(name, ())
        if not receivers:
            return
        event = layer.channel_layer.deserialize(message["data"])
        for receiver in receivers:
            inbox = layer.channels.get(receiver)
            if inbox is not None:
                inbox.put_nowait(event)


class LoopLayer(pubsub.RedisPubSubLoopLayer):
    """The layer of one event loop."""

    _shards: list[Shard]

    def __init__(self, *args: Any, capacity: int = 1000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.capacity = capacity
        self._shards = [Shard(_patient(shard.host), self) for shard in self._shards]

    async def _subscribe_to_channel(self, channel: str) -> None:
        self.channels[channel] = Inbox(self.capacity)
        await self._get_shard(channel).subscribe(channel)

    async def receive(self, channel: str) -> Event:
        """The next event. It is shared with other consumers: read it, never change it."""
        inbox: Inbox = self.channels[channel]
        return await inbox.get()

    async def discard_channel(self, channel: str, groups: Iterable[str]) -> None:
        """Forget a consumer at its end: its groups first, then its own channel. Works while Redis is away, too."""
        for group in groups:
            await self._quietly(self.group_discard(group, channel))
        if self.channels.pop(channel, None) is not None:
            await self._quietly(self._get_shard(channel).unsubscribe(channel))

    async def groups_send(self, messages: list[tuple[str, Event]]) -> None:
        """Send many events, in order, in as few round trips as there are Redis hosts."""
        by_shard: dict[Shard, list[tuple[str, bytes]]] = {}
        for group, event in messages:
            name = self._get_group_channel_name(group)
            by_shard.setdefault(self._get_shard(name), []).append((name, self.channel_layer.serialize(event)))
        # Shielded: the future is shared by all who wait for the same pipeline, and one of them may be cancelled.
        await asyncio.gather(*[asyncio.shield(shard.publish_soon(batch)) for shard, batch in by_shard.items()])

    def members_here(self, groups: Iterable[str]) -> int:
        """How many consumers of this process are in these groups."""
        return len({one for group in groups for one in self.groups.get(self._get_group_channel_name(group), ())})

    def send_here(self, messages: list[tuple[str, Event]]) -> None:
        """Without Redis: reaches this process's consumers alone."""
        for group, event in messages:
            for channel in list(self.groups.get(self._get_group_channel_name(group), ())):
                inbox = self.channels.get(channel)
                if inbox is not None:
                    inbox.put_nowait(event)

    def reconnected(self) -> None:
        logger.warning("[WS_SEND] channel layer is back, every consumer resyncs", consumers=len(self.channels))
        for inbox in self.channels.values():
            inbox.put_nowait(RESYNC)

    async def _quietly(self, leaving: Any) -> None:
        try:
            await leaving
        except Exception as error:
            logger.warning("[WS_SEND] could not leave the channel layer", error=repr(error))


class ChannelLayer(pubsub.RedisPubSubChannelLayer):
    """What settings.CHANNEL_LAYERS names: one `LoopLayer` per event loop."""

    def __getattr__(self, name: str) -> Any:
        if name in ("discard_channel", "groups_send", "members_here", "send_here"):
            return getattr(self._get_layer(), name)
        return super().__getattr__(name)

    def inbox(self, channel: str) -> Inbox:
        """The queue of one of this process's consumers."""
        inbox: Inbox = self._get_layer().channels[channel]
        return inbox

    def _get_layer(self) -> LoopLayer:
        loop = asyncio.get_running_loop()
        layer: LoopLayer | None = self._layers.get(loop)
        if layer is None:
            layer = self._layers[loop] = LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        return layer


def _patient(host: dict[str, Any]) -> dict[str, Any]:
    """Connection options that live through a restart of Redis."""
    return {
        "retry": Retry(ExponentialBackoff(cap=1, base=0.1), 12),
        "socket_keepalive": True,
        "socket_timeout": None,
        "socket_connect_timeout": 2,
        "health_check_interval": 15,
        **host,
    }


def _note_outcome(published: asyncio.Future[None]) -> None:
    """Fetch the error, so that a sender who did not wait leaves no 'exception was never retrieved'."""
    if not published.cancelled():
        published.exception()
