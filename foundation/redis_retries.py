"""Retries of Redis' clients that note which host has failed in spite of them. Every command goes through one."""

from __future__ import annotations

from typing import Any

from redis.asyncio.retry import Retry
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry as WaitingRetry

from foundation.redis_hosts import note_answer, note_failure

FAILURES = (RedisConnectionError, RedisTimeoutError, OSError)


class NotedRetry(Retry):
    """Of the asynchronous client of one host."""

    def __init__(self, url: str, *args: Any) -> None:
        super().__init__(*args)
        self.url = url

    async def call_with_retry(self, *args: Any, **options: Any) -> Any:
        try:
            answer = await super().call_with_retry(*args, **options)
        except FAILURES:
            note_failure(self.url)
            raise
        note_answer(self.url)
        return answer


class NotedWaitingRetry(WaitingRetry):
    """Of the other, for code without an event loop."""

    def __init__(self, url: str, *args: Any) -> None:
        super().__init__(*args)
        self.url = url

    def call_with_retry(self, *args: Any, **options: Any) -> Any:
        try:
            answer = super().call_with_retry(*args, **options)
        except FAILURES:
            note_failure(self.url)
            raise
        note_answer(self.url)
        return answer
