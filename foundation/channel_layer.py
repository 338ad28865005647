"""channels-redis' pub/sub layer, made fast and hard to break.

Fast: what waits to be published goes in one pipeline, and an event is decoded once per process, not once per consumer.
Hard: each consumer's queue is bounded, and after a Redis reconnect every consumer is told to resync, since what was
published meanwhile is gone. `docs/decisions/channel-layer.md` has the figures.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable
from itertools import count
from typing import Any

from channels_redis import pubsub
from channels_redis.utils import _wrap_close
from redis.exceptions import RedisError

from foundation.channel_shards import LINK_ERRORS, TOGETHER, Shard
from foundation.ids import new_id
from foundation.inboxes import Event, Inbox, Ways
from foundation.logs import log
from foundation.metrics import delivery_to

logger = log(__name__)

RESYNC: Event = {"type": "layer.resync"}
PROBE: Event = {"type": "health.probe"}
OURS = ("away", "discard_channel", "groups_send", "is_gone", "members_here", "new_listener", "probe_hosts", "send_here")


class LoopLayer(pubsub.RedisPubSubLoopLayer):
    """The layer of one event loop."""

    _shards: list[Shard]

    def __init__(self, *args: Any, capacity: int = 1000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.capacity = capacity
        self._ways = Ways()
        self._shards = [Shard(shard.host, self) for shard in self._shards]

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
        failed = {shard: f"{shard.name}: {why}" for shard, sent in sending.items() if (why := shard.failure(sent))}
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

    async def probe_hosts(self, patience: float) -> dict[str, str]:
        """Those of the hosts over which nothing comes there and back within so many seconds, by name, and why."""
        found = await asyncio.gather(*[self._probe(shard, patience) for shard in self._shards])
        return {shard.name: why for shard, why in zip(self._shards, found, strict=True) if why}

    async def _probe(self, shard: Shard, patience: float) -> str:
        names = (f"{self.prefix}probe.{new_id().hex}" for _ in count())
        channel = next(one for one in names if self._get_shard(one) is shard)
        try:
            async with asyncio.timeout(patience):
                await self._subscribe_to_channel(channel)
                await self.send(channel, PROBE)
                await self.receive(channel)
        except (RedisError, *LINK_ERRORS) as error:  # TimeoutError is an OSError
            return type(error).__name__
        finally:
            await self.discard_channel(channel, ())
        return ""

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
