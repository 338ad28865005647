"""Redis for tokens, limits and presence: one client per host and event loop. The channel layer has connections of its
own.

A key lies on one of the hosts in REDIS_URL, always the same. Code that has no event loop, such as log-in by form, asks
`waiting_redis`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import Redis as WaitingRedis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from foundation.redis_hosts import failed_lately, note_failure, url_of, urls
from foundation.redis_retries import NotedRetry, NotedWaitingRetry
from foundation.redis_urls import host_name

__all__ = [
    "RedisError",
    "answers_in",
    "ask_hosts",
    "close_redis",
    "key",
    "redis",
    "redis_at",
    "redis_hosts",
    "waiting_redis",
]

# More sockets than this may come at once, after a restart for example: then they wait for a connection, two seconds at
# most, where redis-py's own pool would refuse them.
CONNECTIONS = 20
Question = tuple[str, Callable[[Pipeline], object]]  # a key, and what is asked of the host that keeps it
Answers = list[Any] | Exception

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Redis]] = WeakKeyDictionary()


def redis(name: str) -> Redis:
    """The running loop's client of the host that keeps this key. Calls raise `RedisError` within about two seconds when
    it is away."""
    return redis_at(url_of(name))


def redis_hosts() -> dict[str, Redis]:
    """The running loop's client of every host, by URL."""
    return {url: redis_at(url) for url in urls()}


def redis_at(url: str) -> Redis:
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if url not in clients:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=2,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=1,
            socket_keepalive=True,
            health_check_interval=15,
            retry=NotedRetry(url, ExponentialBackoff(cap=0.2, base=0.05), 2),
        )
        clients[url] = Redis.from_pool(pool)
    return clients[url]


async def ask_hosts(questions: Sequence[Question], patience: float | None = None) -> list[Answers]:
    """What is answered to each question, all asked at once in one round trip for each host.

    Where a host cannot be asked, or not within `patience` seconds, each of its questions gets the error; what other
    hosts say is there all the same, and for a moment they alone are asked. An error of a single command stands among
    the answers.
    """
    answers: list[Answers] = [[] for _ in questions]
    by_host: dict[str, list[int]] = {}
    for number, (name, _) in enumerate(questions):
        by_host.setdefault(url_of(name), []).append(number)

    async def ask_host(url: str, numbers: list[int]) -> None:
        try:
            if failed_lately(url) and len(urls()) > 1:
                raise RedisConnectionError(f"{host_name(url)} has failed a moment ago")
            async with asyncio.timeout(patience), redis_at(url).pipeline(transaction=False) as pipeline:
                lengths = [_length_after(pipeline, questions[number][1]) for number in numbers]
                said = await pipeline.execute(raise_on_error=False)
        except (RedisError, TimeoutError, OSError) as error:
            if isinstance(error, TimeoutError):
                note_failure(url)  # its client would have waited longer
            for number in numbers:
                answers[number] = error
            return
        for number, begin, end in zip(numbers, [0, *lengths], lengths, strict=False):
            answers[number] = said[begin:end]

    if len(by_host) == 1:
        await ask_host(*by_host.popitem())
    else:
        await asyncio.gather(*[ask_host(*one) for one in by_host.items()])
    return answers


def answers_in(answers: Answers) -> list[Any]:
    """The answers to a question; raises the first error among them."""
    for error in [answers] if isinstance(answers, Exception) else answers:
        if isinstance(error, Exception):
            raise error
    assert isinstance(answers, list)
    return answers


def _length_after(pipeline: Pipeline, question: Callable[[Pipeline], object]) -> int:
    question(pipeline)
    return len(pipeline.command_stack)


async def close_redis() -> None:
    """Close this loop's clients; for programs that end before their loop's process does."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


def waiting_redis(url: str) -> WaitingRedis:
    """One of each host for all threads of the process. Raises `RedisError` as soon as the other does."""
    return _waiting_client(url)


@cache
def _waiting_client(url: str) -> WaitingRedis:
    return WaitingRedis.from_url(
        url,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=1,
        socket_keepalive=True,
        health_check_interval=15,
        retry=NotedWaitingRetry(url, ExponentialBackoff(cap=0.2, base=0.05), 2),
    )


def key(*parts: Any) -> str:
    """A Redis key of this installation: `key("presence", 7)` → `chat:presence:7`."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])
