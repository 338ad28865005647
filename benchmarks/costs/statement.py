"""What the one statement of the hot path takes in Postgres by the size of its batch, with nobody else on the machine.

Run with the product's settings and HOT_PATH_CONNECTIONS=1: `python -m benchmarks.costs.statement '{"sizes": [1, 5],
"times": 100, "conversations": [...]}'`. Prints microseconds by size: `wall` as 101 quantiles, without the caller's own
CPU, and `cpu` of the backend, mean.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from benchmarks.costs.sampling import cpu_of  # noqa: E402
from benchmarks.driver import CONTENT  # noqa: E402
from conversations.actions.messages import Post, _store  # noqa: E402
from foundation.db import close_pools, hot_pool  # noqa: E402

PAUSE = 0.003  # seconds, as between the batches of few visitors
Costs = dict[str, Any]


def main() -> None:
    told = json.loads(sys.argv[1])
    conversations = [UUID(one) for one in told["conversations"]]
    print(json.dumps(asyncio.run(measured(conversations, told["sizes"], told["times"]))))


async def measured(conversations: list[UUID], sizes: list[int], times: int) -> dict[int, Costs]:
    pool = await hot_pool()
    async with pool.connection() as connection:
        backend = connection.info.backend_pid
    try:
        for size in sizes:  # plans are made, pages are there
            await measured_size(conversations, size, backend, 20)
        return {size: await measured_size(conversations, size, backend, times) for size in sizes}
    finally:
        await close_pools()


async def measured_size(conversations: list[UUID], size: int, backend: int, times: int) -> Costs:
    walls, callers, before = [], [], cpu_of(backend)
    for number in range(times):
        posts = [post(conversations[(number * size + one) % len(conversations)]) for one in range(size)]
        cpu, began = time.process_time(), time.perf_counter()
        outcomes = await _store(posts)
        wall, caller = time.perf_counter() - began, time.process_time() - cpu
        assert [one.outcome for one in outcomes] == ["stored"] * size
        walls.append((wall - caller) * 1e6)
        callers.append(caller * 1e6)
        await asyncio.sleep(PAUSE)
    ordered = sorted(walls)
    quantiles = [round(ordered[int(percent / 100 * (len(ordered) - 1))], 1) for percent in range(101)]
    return {
        "wall": quantiles,
        "cpu": round((cpu_of(backend) - before) / times, 1),
        "caller": round(sum(callers) / times, 1),
    }


def post(conversation_id: UUID) -> Post:
    return Post(conversation_id, CONTENT, "user", client_id=uuid4())


if __name__ == "__main__":
    main()
