"""The connections of the channel layer to one Redis host: a pool for publishing and one subscriber."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from channels_redis import pubsub
from channels_redis.utils import create_pool
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from foundation.logs import for_nobody, log
from foundation.metrics import redis_error_at, redis_is_away
from foundation.redis_hosts import LOOK_AGAIN
from foundation.redis_urls import host_name
from foundation.subscriptions import Subscriptions

if TYPE_CHECKING:
    from foundation.channel_layer import LoopLayer

logger = log(__name__)

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
    """Publishes in pipelines, and reads all that comes."""

    _redis: Any
    _pubsub: Any

    def __init__(self, host: dict[str, Any], layer: LoopLayer) -> None:
        super().__init__(_patient(host), layer)
        self.name = host_name(host["address"])
        self._is_away = False
        self._looking: asyncio.Task[None] | None = None
        self._waiting: list[tuple[str, bytes]] = []
        self._published: asyncio.Future[None] | None = None
        self._publisher: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """As far as the last publishing has found, or a look that is taken every few seconds since it failed: a process
        that has nothing to publish would otherwise never learn that the host is back."""
        return self._is_away

    @is_away.setter
    def is_away(self, value: bool) -> None:
        if value != self._is_away:
            self._is_away = value
            redis_is_away("channel_layer", self.name).set(int(value))
            if value and (self._looking is None or self._looking.done()):
                self._looking = asyncio.create_task(self._look_again(), context=for_nobody())

    async def _look_again(self) -> None:
        while self._is_away:
            await asyncio.sleep(LOOK_AGAIN)
            with suppress(RedisError, *LINK_ERRORS):
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._redis.ping()
                self.is_away = False

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
                redis_error_at("channel_layer", self.name).inc()
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
                redis_error_at("channel_layer", self.name).inc()
                logger.warning("[WS_SEND] lost the channel layer, trying again", host=self.name, error=repr(error))
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
