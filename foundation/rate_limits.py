"""Token buckets: in Redis, exact over all web processes, and in memory. foundation/limits.py says which limit is where.

Messages use the memory, because a round trip to Redis per message would cost more than storing it does;
foundation/shared_buckets.py adds up over all processes what is used much.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from redis.asyncio.client import Pipeline
from redis.exceptions import NoScriptError

from foundation.addresses import counted_address
from foundation.limits import LIMITS
from foundation.logs import log
from foundation.metrics import limit_outcome
from foundation.redis import Question, RedisError, key, redis_at, waiting_redis
from foundation.redis_hosts import note_failure, urls_for

logger = log(__name__)
MINUTE = 60
PATIENCE = 1.0  # seconds that counting may take
FORGET_AFTER = 10_000
# One token of a bucket that holds ARGV[1] and gets ARGV[2] in a millisecond: 0, or the milliseconds until there is one.
# By the clock of Redis, which is one for all processes. A refused attempt costs nothing.
# With ARGV[3]: so many were taken elsewhere already, and 0, or the milliseconds until what is missing is made good.
TAKE = """
local burst, flow = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(burst, (tonumber(held[1]) or burst) + math.max(0, now - (tonumber(held[2]) or now)) * flow)
local wait, gone = 0, tonumber(ARGV[3])
if gone then
    tokens = tokens - gone
    wait = math.max(0, math.ceil(-tokens / flow))
elseif tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) / flow) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / flow) + 1000)
return wait
"""
TAKE_SHA = hashlib.sha1(TAKE.encode(), usedforsecurity=False).hexdigest()


async def seconds_to_wait(subject: str, per_minute: int) -> int:
    """Count one attempt of `subject`, such as `session:203.0.113.7`: 0 when it may go on, else how long it must wait.

    So many may come at once, and as many in each minute. What is counted at a host that is away is counted at the next
    one meanwhile. Raises RedisError where the limit is closed without any.
    """
    arguments = _arguments(subject, per_minute)
    failure: Exception = RedisError("there is no Redis host")
    for url in urls_for(arguments[0]):
        try:
            async with asyncio.timeout(PATIENCE):
                try:
                    wait = await redis_at(url).evalsha(TAKE_SHA, 1, *arguments)
                except NoScriptError:
                    wait = await redis_at(url).eval(TAKE, 1, *arguments)
            return _counted(subject, int(wait) / 1000)
        except TimeoutError as error:
            note_failure(url)  # its client would have waited longer
            failure = error
        except (RedisError, OSError) as error:
            failure = error
    return _without_redis(subject, per_minute, failure)


def attempt(subject: str, per_minute: int) -> Question:
    """One attempt, to be counted in the same round trip as other questions; `taken` reads its answer."""
    arguments = _arguments(subject, per_minute)

    def question(pipeline: Pipeline) -> None:
        pipeline.evalsha(TAKE_SHA, 1, *arguments)

    return arguments[0], question


async def taken(answer: Any, subject: str, per_minute: int) -> int:
    """As `seconds_to_wait`. A Redis that does not know the script yet is told it, in a round trip of its own; so is
    another when the one that counts was away."""
    if isinstance(answer, Exception):
        return await seconds_to_wait(subject, per_minute)
    return _counted(subject, int(answer) / 1000)


def seconds_to_wait_now(subject: str, per_minute: int) -> int:
    """The same for code without an event loop, which waits for the answer."""
    arguments = _arguments(subject, per_minute)
    failure: Exception = RedisError("there is no Redis host")
    for url in urls_for(arguments[0]):
        client = waiting_redis(url)
        try:
            try:
                wait = client.evalsha(TAKE_SHA, 1, *arguments)
            except NoScriptError:
                wait = client.eval(TAKE, 1, *arguments)
            return _counted(subject, int(wait) / 1000)
        except (RedisError, OSError) as error:
            failure = error
    return _without_redis(subject, per_minute, failure)


def _arguments(subject: str, per_minute: int) -> tuple[str, str, str]:
    return bucket_key(subject), str(per_minute), repr(per_minute / (MINUTE * 1000))


def bucket_key(subject: str) -> str:
    """Where Redis keeps the bucket of `subject`, such as `session:203.0.113.7`."""
    kind, _, who = subject.partition(":")
    return key("limit", kind, counted_address(who))


def _without_redis(subject: str, per_minute: int, error: Exception) -> int:
    name = _name_of(subject)
    logger.warning("limit without Redis", limit=name, away=LIMITS[name].away, error=repr(error))
    if LIMITS[name].away == "closed":
        limit_outcome(name, "unavailable").inc()
        raise RedisError("the limit cannot be counted") from error
    return _counted(subject, _counted_here(name, per_minute).take(subject))


def _counted(subject: str, wait: float) -> int:
    limit_outcome(_name_of(subject), "refused" if wait else "granted").inc()
    return math.ceil(wait)


def _name_of(subject: str) -> str:
    return LIMITS[subject.partition(":")[0]].name


@cache
def _counted_here(name: str, per_minute: int) -> Buckets:
    """While Redis is away each process counts for itself, so nobody gets in without end."""
    return Buckets(per_minute / MINUTE, per_minute)


@dataclass(slots=True)
class Bucket:
    """`burst` tokens at first, `per_second` more each second."""

    per_second: float
    burst: float
    tokens: float
    filled_at: float

    def take(self, now: float) -> float:
        """Take one token: 0.0, or the seconds until there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


@dataclass(slots=True)
class Buckets:
    """A bucket for each subject seen lately in this process."""

    per_second: float
    burst: float
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def take(self, subject: str) -> float:
        """Take one token of `subject`: 0.0, or the seconds to wait."""
        now = time.monotonic()
        bucket = self.buckets.get(subject)
        if bucket is None:
            if len(self.buckets) >= FORGET_AFTER:
                self._forget_full(now)
            bucket = self.buckets[subject] = Bucket(self.per_second, self.burst, self.burst, now)
        return bucket.take(now)

    def _forget_full(self, now: float) -> None:
        refill = self.burst / self.per_second
        self.buckets = {name: one for name, one in self.buckets.items() if now - one.filled_at < refill}
