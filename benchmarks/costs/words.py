"""What the words for search take of worker and Postgres, for each message: in rounds of thousands, some time later.

Run with the product's settings and no worker: `python -m benchmarks.costs.words '{"messages": 5000, "conversations":
[...]}'`. Prints microseconds of CPU. Counted by the threads that do it, for it is little of what a worker does.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks.costs.statement import post, scheduled  # noqa: E402
from conversations.actions.indexing import index_entries  # noqa: E402
from conversations.actions.messages import _store  # noqa: E402
from foundation.db import close_pools  # noqa: E402

TOGETHER = 200
COMMITTED = 1.5  # seconds, after which a round takes what was stored


def main() -> None:
    told = json.loads(sys.argv[1])
    conversations = [UUID(one) for one in told["conversations"]]
    index_entries()
    for _ in range(2):  # the first warms up
        asyncio.run(store(conversations, told["messages"]))
        time.sleep(COMMITTED)
        found = indexed()
    print(json.dumps(found))


async def store(conversations: list[UUID], messages: int) -> None:
    try:
        for start in range(0, messages, TOGETHER):
            await _store([post(conversations[n % len(conversations)]) for n in range(start, start + TOGETHER)])
    finally:
        await close_pools()


def indexed() -> dict[str, Any]:
    """One round."""
    connection.ensure_connection()
    threads = {"worker": threading.get_native_id(), "postgres": connection.connection.info.backend_pid}
    before = {name: scheduled(thread) for name, thread in threads.items()}
    messages = index_entries()
    used = {name: scheduled(thread).since(before[name]).cpu / messages for name, thread in threads.items()}
    return {"messages": messages, "cpu_us": {name: round(cpu, 3) for name, cpu in used.items()}}


if __name__ == "__main__":
    main()
