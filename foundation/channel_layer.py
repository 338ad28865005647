"""channels-redis' pub/sub layer, made fast and hard to break.

Fast: what waits to be published goes in one pipeline, and an event is decoded once per process, not once per consumer.
Hard: each consumer's queue is bounded, and after a Redis reconnect every consumer is told to resync, since what was
published meanwhile is gone. `docs/decisions/channel-layer.md` has the figures.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Collection, Iterable
from typing import Any

from channels_redis import pubsub
from channels_redis.utils import _wrap_close, create_pool
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from foundation.ids import new_id
from foundation.inboxes import Event, Inbox, Ways
from foundation.logs import for_nobody, log
from foundation.metrics import delivery_to, redis_error_at
from foundation.subscriptions import Subscriptions

logger = log(__name__)

RESYNC: Event = {"type": "layer.resync"}
OURS = ("away", "discard_channel", "groups_send", "is_gone", "members_here", "new_listener", "send_here")
LINK_ERRORS = (RedisConnectionError, RedisTimeoutError, OSError, RuntimeError)  # the last is uvloop's word
# A link that only listens notices after 25 s that its host has vanished without a word, not after two hours.
REFUSED_PAUSE = 5.0  # seconds
KEEPALIVE = {
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)
}
TOGETHER = "layer.together"  # one message of Redis with several events for a group


class Shard(pubsub.RedisSingleShardConnection):
    """The connections to one Redis host: a pool for publishing and one subscriber."""

    _redis: Any
    _pubsub: Any
    is_away = False  # as far as the last publishing has found

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
            self._publisher = asyncio.create_task(self._publish_waiting(), context=for_nobody())
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
                redis_error_at("channel_layer").inc()
                if not published.done():
                    published.set_exception(error)
            except BaseException:
                published.cancel()
                raise

    def failure(self, published: asyncio.Future[None]) -> str:
        """Why what was queued has not reached Redis by now, or nothing. Notes what this says of the host."""
        if not published.done() or published.cancelled():
            self.is_away = True
            return "no answer in time"
        error = published.exception()
        self.is_away = isinstance(error, LINK_ERRORS)
        return repr(error) if error else ""

    def _ensure_redis(self) -> None:
        if self._redis is None:
            self._redis = aioredis.Redis(connection_pool=create_pool(self.host))
            self._pubsub = Subscriptions(self._redis.connection_pool)
            self._pubsub.on_again = self.channel_layer.reconnected

    async def subscribe(self, channel: str) -> None:
        self._ensure_redis()
        self._ensure_receiver()
        await self._pubsub.add(channel)

    async def unsubscribe(self, channel: str) -> None:
        if self._pubsub is not None:
            await self._pubsub.drop(channel)

    async def _do_receiving(self) -> None:
        while True:
            try:
                for name, data in await self._pubsub.hear():
                    self._receive_message(name.decode(), data)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                redis_error_at("channel_layer").inc()
                logger.warning("[WS_SEND] lost the channel layer, trying again", error=repr(error))
                # What Redis refuses it will refuse again, and each time everybody asks for what they may have missed.
                await asyncio.sleep(REFUSED_PAUSE if isinstance(error, ResponseError) else 0.5)

    def _receive_message(self, name: str, data: bytes) -> None:
        layer = self.channel_layer
        receivers = [name] if name in layer.channels else layer.groups.get(name, ())
        if not receivers:
            return
        event = layer.channel_layer.deserialize(data)
        for one in event["events"] if event.get("type") == TOGETHER else [event]:
            layer.hand_over(one, receivers)


class LoopLayer(pubsub.RedisPubSubLoopLayer):
    """The layer of one event loop."""

    _shards: list[Shard]

    def __init__(self, *args: Any, capacity: int = 1000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.capacity = capacity
        self._ways = Ways()
        self._shards = [Shard(_patient(shard.host), self) for shard in self._shards]

    async def _subscribe_to_channel(self, channel: str) -> None:
        self.channels[channel] = Inbox(self.capacity)
        try:
            await self._get_shard(channel).subscribe(channel)
        except BaseException:  # its consumer will never know its name
            await self.discard_channel(channel, ())
            raise

    async def new_listener(self) -> str:
        """A channel for a consumer that hears its groups only: Redis need not know it."""
        channel = f"{self.prefix}listener.{new_id().hex}"
        self.channels[channel] = Inbox(self.capacity)
        return channel

    async def receive(self, channel: str) -> Event:
        """The next event. It is shared with other consumers: read it, never change it."""
        inbox: Inbox = self.channels[channel]
        return await inbox.get()

    async def discard_channel(self, channel: str, groups: Iterable[str]) -> None:
        """Forget a consumer at its end: its groups first, then its own channel. Works while Redis is away, too."""
        for group in groups:
            await self.group_discard(group, channel)
        if self.channels.pop(channel, None) is not None:
            await self._get_shard(channel).unsubscribe(channel)

    async def groups_send(self, messages: list[tuple[str, Event]], patience: float | None = None) -> dict[str, str]:
        """Send many events, in order for each group, in as few round trips as there are Redis hosts.

        An event's `skip` names the consumer that is not to get it: the sender, who has been answered directly. The
        groups that could not be told within `patience` seconds, and why. They may still be told later.
        """
        by_group: dict[str, list[Event]] = {}
        for group, event in messages:
            by_group.setdefault(group, []).append(event)
        by_shard: dict[Shard, list[tuple[str, bytes]]] = {}
        for group, events in by_group.items():
            name = self._get_group_channel_name(group)
            event = events[0] if len(events) == 1 else {"type": TOGETHER, "events": events}
            by_shard.setdefault(self._get_shard(name), []).append((name, self.channel_layer.serialize(event)))
        sending = {shard: shard.publish_soon(batch) for shard, batch in by_shard.items()}
        if sending:
            # Not cancelled with us: the futures are shared by all who wait for the same pipeline.
            await asyncio.wait(sending.values(), timeout=patience)
        failed = {shard: why for shard, published in sending.items() if (why := shard.failure(published))}
        return {group: failed[shard] for group, _ in messages if (shard := self._shard_of(group)) in failed}

    def away(self, groups: Iterable[str]) -> set[str]:
        """Those of the groups whose Redis host could not be reached the last time that anything was sent to it."""
        if not any(shard.is_away for shard in self._shards):
            return set()
        return {group for group in groups if self._shard_of(group).is_away}

    @property
    def is_gone(self) -> bool:
        """Whether no Redis host at all could be reached the last time."""
        return all(shard.is_away for shard in self._shards)

    def _shard_of(self, group: str) -> Shard:
        shard: Shard = self._get_shard(self._get_group_channel_name(group))
        return shard

    def members_here(self, groups: Iterable[str]) -> int:
        """How many consumers of this process are in these groups."""
        return len({one for group in groups for one in self.groups.get(self._get_group_channel_name(group), ())})

    def send_here(self, messages: Iterable[tuple[str, Event]]) -> None:
        """Without Redis: reaches this process's consumers alone."""
        for group, event in messages:
            self.hand_over(event, list(self.groups.get(self._get_group_channel_name(group), ())))

    def hand_over(self, event: Event, receivers: Collection[str]) -> None:
        """To consumers of this process, unless they have had it by another way."""
        once, committed_at, told = event.get("once"), event.get("committed_at"), False
        for receiver in self._ways.fresh(once, receivers) if once else receivers:
            inbox = self.channels.get(receiver)
            if inbox is not None and event.get("skip") != receiver:
                inbox.put_nowait(event)
                told = True
        if told and committed_at:  # machines' clocks differ: never less than nothing
            delivery_to(event["audience"]).observe(max(0.0, time.time() - committed_at))

    def reconnected(self) -> None:
        logger.warning("[WS_SEND] channel layer is back, every consumer resyncs", consumers=len(self.channels))
        for inbox in self.channels.values():
            inbox.put_nowait(RESYNC)


class ChannelLayer(pubsub.RedisPubSubChannelLayer):
    """What settings.CHANNEL_LAYERS names: one `LoopLayer` per event loop."""

    def __getattr__(self, name: str) -> Any:
        if name in OURS:
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
        "socket_keepalive_options": KEEPALIVE,
        "socket_timeout": None,
        "socket_connect_timeout": 2,
        "health_check_interval": 15,
        **host,
    }


def _note_outcome(published: asyncio.Future[None]) -> None:
    """Fetch the error, so that a sender who did not wait leaves no 'exception was never retrieved'."""
    if not published.cancelled():
        published.exception()
