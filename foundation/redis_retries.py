"""Retries of Redis' clients that count what failed in spite of them: every command and connection goes through one."""

from __future__ import annotations

from typing import Any

from redis.asyncio.retry import Retry
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry as WaitingRetry

from foundation.metrics import redis_error_at

FAILURES = (RedisConnectionError, RedisTimeoutError, OSError)


class CountedRetry(Retry):
    """Of the asynchronous client."""

    async def call_with_retry(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().call_with_retry(*args, **options)
        except FAILURES:
            redis_error_at("commands").inc()
            raise


class CountedWaitingRetry(WaitingRetry):
    """Of the other, for code without an event loop."""

    def call_with_retry(self, *args: Any, **options: Any) -> Any:
        try:
            return super().call_with_retry(*args, **options)
        except FAILURES:
            redis_error_at("commands").inc()
            raise
