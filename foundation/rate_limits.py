"""Two kinds of limit: counts per minute in Redis (exact over all processes) and a token bucket in memory.

Messages use the bucket, because a round trip to Redis per message would cost more than storing it does; with several
web processes a visitor who opens a socket to each may send that many times as much.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field

from foundation.logs import log
from foundation.redis import RedisError, key, redis

logger = log(__name__)
MINUTE = 60
PATIENCE = 1.0  # seconds that counting may take
FORGET_AFTER = 10_000


async def seconds_to_wait(subject: str, per_minute: int) -> int:
    """Count one attempt of `subject`; 0 when it may go on, else the seconds until the minute is over.

    While Redis is away nothing is limited: refusing everybody would be the worse failure.
    """
    window = int(time.time() // MINUTE)
    name = key("limit", subject, window)
    try:
        async with asyncio.timeout(PATIENCE), redis().pipeline(transaction=False) as pipeline:
            pipeline.incr(name)
            pipeline.expire(name, MINUTE + 5)
            count, _ = await pipeline.execute()
    except (RedisError, TimeoutError) as error:
        logger.warning("limit not counted", subject=subject.partition(":")[0], error=repr(error))
        return 0
    if count <= per_minute:
        return 0
    return max(1, math.ceil((window + 1) * MINUTE - time.time()))


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
