"""Run the worker: AI answers with high concurrency, everything else a few at a time."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.psycopg_connector import PsycopgConnector

from assistant.stalled import sweep_stalled
from conversations.subscribers.live import everything_told
from foundation.db import close_pools
from foundation.logs import log
from foundation.redis import close_redis

logger = log(__name__)
POLL = 0.5  # seconds; retries and scheduled jobs are seen by polling only
SWEEP = 15.0  # seconds between looks for jobs of killed workers
HEARTBEAT = 5.0  # seconds; a worker that misses three is taken for dead (assistant/stalled.py)
GRACE = 10.0  # seconds that running jobs get at a stop


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(work())


async def work() -> None:
    """Work until SIGTERM or SIGINT."""
    connector = PsycopgConnector(conninfo=settings.DATABASE_URL, min_size=1, max_size=4)
    worker: App = app.with_connector(connector)
    async with worker.open_async():
        logger.info("worker is up", concurrency=settings.WORKER_CONCURRENCY)
        sweeper = asyncio.create_task(sweep_regularly(worker))
        try:
            async with asyncio.TaskGroup() as group:
                ai = group.create_task(run(worker, ["ai"], settings.WORKER_CONCURRENCY))
                rest = group.create_task(run(worker, ["default"], 4))
                stop_at_signals(ai, rest)
        finally:
            sweeper.cancel()
            await asyncio.gather(sweeper, return_exceptions=True)
            await everything_told()
            await close_pools()
            await close_redis()
    logger.info("worker has stopped")


def stop_at_signals(*running: asyncio.Task[None]) -> None:
    """Cancelled, procrastinate lets its jobs finish. Its own handlers would stop only one of the two."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: [task.cancel() for task in running])


async def run(worker: App, queues: list[str], concurrency: int) -> None:
    await worker.run_worker_async(
        queues=queues,
        concurrency=concurrency,
        fetch_job_polling_interval=POLL,
        update_heartbeat_interval=HEARTBEAT,
        shutdown_graceful_timeout=GRACE,
        install_signal_handlers=False,
        delete_jobs="successful",
    )


async def sweep_regularly(worker: App) -> None:
    """Bring back the jobs of workers that were killed."""
    while True:
        try:
            await sweep_stalled(worker)
        except Exception as error:  # the next round tries again
            logger.warning("sweep failed", error=repr(error))
        await asyncio.sleep(SWEEP)
