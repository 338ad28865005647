"""Token buckets in memory that decide at once, and that Redis adds up over all processes for those who use them much.

Who has used more than half a burst here is told of to Redis, by a thread that nobody waits for: first all they used,
then each use. When Redis finds that they used more than there is, their bucket here is closed until it is made good.
So the pace is that of the setting over all processes, a burst at most half a burst more for each process, and people
who type cost no round trip.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from threading import Thread

from redis.exceptions import NoScriptError

from foundation.limits import LIMITS
from foundation.logs import log
from foundation.rate_limits import FORGET_AFTER, TAKE, TAKE_SHA, Bucket, bucket_key
from foundation.redis import RedisError, waiting_redis
from foundation.redis_hosts import url_of
from foundation.redis_urls import host_name

logger = log(__name__)
GATHER = 0.02  # seconds: who sends much in them is told of once
REST = 5.0  # seconds without Redis in which every process counts for itself
MOST = 500  # subjects in a round trip
WINDOW = 30  # times that an empty bucket needs to fill: who uses less than half a burst in it is told of to nobody


@dataclass(slots=True, eq=False)
class Use:
    """What a subject has used in this process since `since`, and how much of it Redis was told."""

    of: SharedBuckets
    subject: str
    bucket: Bucket
    since: float
    used: int = 0
    told: int = 0
    is_due: bool = False
    closed_until: float = 0.0

    @property
    def name(self) -> str:
        """Its key in Redis."""
        return bucket_key(f"{self.of.name}:{self.subject}")


class SharedBuckets:
    """A bucket for each subject seen lately in this process; `name` is that of the limit."""

    def __init__(self, name: str, per_second: float, burst: float) -> None:
        self.name, self.per_second, self.burst = LIMITS[name].name, per_second, burst
        self.half = burst / 2
        self.window = WINDOW * burst / per_second
        self.uses: dict[str, Use] = {}

    def take(self, subject: str) -> float:
        """Take one token of `subject`: 0.0, or the seconds to wait. From any thread, and without waiting for Redis."""
        now = time.monotonic()
        use = self.uses.get(subject) or self._first(subject, now)
        if now < use.closed_until:
            return use.closed_until - now
        wait = use.bucket.take(now)
        if not wait:
            if now - use.since > self.window:
                use.since, use.used, use.told = now, 0, 0
            use.used += 1
            if use.used > self.half and not use.is_due:
                use.is_due = True
                _due(url_of(use.name)).put(use)
        return wait

    def _first(self, subject: str, now: float) -> Use:
        if len(self.uses) >= FORGET_AFTER:
            self._forget_full(now)
        use = self.uses[subject] = Use(self, subject, Bucket(self.per_second, self.burst, self.burst, now), now)
        return use

    def _forget_full(self, now: float) -> None:
        refill = self.burst / self.per_second
        self.uses = {
            name: one
            for name, one in self.uses.items()
            if now - one.bucket.filled_at < refill or now < one.closed_until
        }


@cache
def _due(url: str) -> SimpleQueue[Use]:
    """What a Redis host is to be told. Each has a thread, so that one which is away holds up no other."""
    due: SimpleQueue[Use] = SimpleQueue()
    Thread(target=_tell_for_ever, args=(url, due), name="shared-buckets", daemon=True).start()
    return due


def _tell_for_ever(url: str, due: SimpleQueue[Use]) -> None:
    while True:
        batch = _gathered(due)
        try:
            _tell(url, batch)
        except (RedisError, OSError) as error:
            logger.warning("limits without Redis", away="open", host=host_name(url), error=repr(error))
            time.sleep(REST)
            # They kept to the pace of this process meanwhile, and a Redis that is back may have lost everything.
            for use in [*batch, *_gathered(due, wait=False)]:
                use.told, use.is_due = use.used, False
        except Exception:  # ours, whatever it is: every process counts for itself, and the next may be told of
            logger.exception("limits could not be shared")


def _gathered(due: SimpleQueue[Use], *, wait: bool = True) -> list[Use]:
    batch = []
    if wait:
        batch.append(due.get())
        time.sleep(GATHER)
    while not due.empty() and (len(batch) < MOST or not wait):
        batch.append(due.get())
    return batch


def _tell(url: str, batch: list[Use]) -> None:
    """Raises RedisError."""
    spent = []
    for use in batch:
        use.is_due = False  # first: what is used from now on is told with the next
        if use.used > use.told:
            spent.append((use, use.used - use.told))
    for (use, count), answer in zip(spent, _spend(url, spent) if spent else [], strict=True):
        if int(answer):
            # With one token then, and not with all that would have flowed in meanwhile in each process.
            use.closed_until = use.bucket.filled_at = time.monotonic() + int(answer) / 1000
            use.bucket.tokens = 1.0
        use.told += count


def _spend(url: str, spent: list[tuple[Use, int]]) -> list[str]:
    """A second burst lies in Redis: half of one may be told late, and the rest is for what is on its way."""

    def asked() -> list[str]:
        with waiting_redis(url).pipeline(transaction=False) as pipeline:
            for use, count in spent:
                limits = str(2 * use.of.burst), repr(use.of.per_second / 1000)
                pipeline.evalsha(TAKE_SHA, 1, use.name, *limits, str(count))
            return pipeline.execute()

    try:
        return asked()
    except NoScriptError:  # then none of them was counted
        waiting_redis(url).script_load(TAKE)
        return asked()
