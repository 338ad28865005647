"""What the one statement of the hot path takes in Postgres by the size of its batch, one at a time.

Run with the product's settings and HOT_PATH_CONNECTIONS=1: `python -m benchmarks.costs.statement '{"times": {"1": 4000,
"50": 250}, "conversations": [...]}'`. Prints microseconds by size: CPU of backend and caller, mean, and as 400
quantiles what they wait for beside: the disk above all. That other programs had the cores meanwhile is taken off.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from benchmarks.driver import CONTENT  # noqa: E402
from conversations.actions.messages import Post, _store  # noqa: E402
from foundation.db import close_pools, hot_pool  # noqa: E402

PAUSE = 0.003  # seconds, as between the batches of few visitors
QUANTILES = 400  # the middle of each part: whoever draws one of them gets the very worst as rarely as it came
Costs = dict[str, Any]


def main() -> None:
    told = json.loads(sys.argv[1])
    conversations = [UUID(one) for one in told["conversations"]]
    times = {int(size): times for size, times in told["times"].items()}
    print(json.dumps(asyncio.run(measured(conversations, times))))


async def measured(conversations: list[UUID], times: dict[int, int]) -> dict[int, Costs]:
    pool = await hot_pool()
    async with pool.connection() as connection:
        backend = connection.info.backend_pid
    try:
        for size in times:  # plans are made, pages are there
            await measured_size(conversations, size, backend, 20)
        return {size: await measured_size(conversations, size, backend, times[size]) for size in times}
    finally:
        await close_pools()


async def measured_size(conversations: list[UUID], size: int, backend: int, times: int) -> Costs:
    waits, cpus, callers = [], [], []
    for number in range(times):
        posts = [post(conversations[(number * size + one) % len(conversations)]) for one in range(size)]
        before, theirs, began = scheduled(threading.get_native_id()), scheduled(backend), time.perf_counter()
        outcomes = await _store(posts)
        wall = (time.perf_counter() - began) * 1e6
        own, other = scheduled(threading.get_native_id()).since(before), scheduled(backend).since(theirs)
        assert [one.outcome for one in outcomes] == ["stored"] * size
        waits.append(max(0.0, wall - own.cpu - own.queued - other.cpu - other.queued))
        cpus.append(other.cpu)
        callers.append(own.cpu)
        await asyncio.sleep(PAUSE)
    ordered = sorted(waits)
    places = [int((part + 0.5) / QUANTILES * len(ordered)) for part in range(QUANTILES)]
    quantiles = [round(ordered[place], 1) for place in places]
    return {"cpu": round(mean(cpus), 1), "caller": round(mean(callers), 1), "waits": quantiles}


@dataclass(frozen=True)
class Scheduled:
    """Microseconds that a thread has run, and that it was ready but other programs had the cores."""

    cpu: float
    queued: float

    def since(self, before: Scheduled) -> Scheduled:
        return Scheduled(self.cpu - before.cpu, self.queued - before.queued)


def scheduled(thread: int) -> Scheduled:
    cpu, queued, _ = Path(f"/proc/{thread}/schedstat").read_text().split()
    return Scheduled(int(cpu) / 1000, int(queued) / 1000)


def post(conversation_id: UUID) -> Post:
    return Post(conversation_id, CONTENT, "user", client_id=uuid4())


if __name__ == "__main__":
    main()
