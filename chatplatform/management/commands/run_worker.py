"""Run the worker: AI answers with high concurrency, everything else a few at a time."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from assistant.embeddings.indexing import look_after_embeddings
from assistant.knowledge.sources import look_after_sources
from assistant.questions.runs import begin_changed_runs
from assistant.replying.abandoned import end_abandoned
from assistant.stalled import sweep_stalled
from conversations.actions.assignments import assign_everywhere
from conversations.actions.attachments import remove_files
from conversations.actions.status import wake_conversations
from conversations.subscribers.live import everything_told
from foundation.db import RECONNECT_SECONDS, close_pools
from foundation.logs import log
from foundation.outgoing import close_http_clients
from foundation.redis import close_redis

logger = log(__name__)
POLL = 0.5  # seconds; retries and scheduled jobs are seen by polling only
SWEEP = 15.0  # seconds between looks for jobs of killed workers
HEARTBEAT = 5.0  # seconds; a worker that misses three is taken for dead (assistant/stalled.py)
GRACE = 10.0  # seconds that running jobs get at a stop
RETRY = 5.0  # seconds until a worker without Postgres tries again


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--alive-file", type=Path, help="Touched whenever Postgres answers; for health checks.")

    def handle(self, *args: Any, alive_file: Path | None, **options: Any) -> None:
        asyncio.run(keep_working(alive_file))


class WorkerEnded(Exception):
    """A queue is no longer worked on, though nobody asked for it."""


async def keep_working(alive_file: Path | None) -> None:
    """Work until SIGTERM or SIGINT; without Postgres, wait for it."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    while not stopping.is_set():
        try:
            await work(stopping, alive_file)
        except* (psycopg.Error, ConnectorException, WorkerEnded) as away:
            logger.error(f"no work without Postgres; next try in {RETRY:g} s", reason=reason(away))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), RETRY)
    logger.info("worker has stopped")


async def work(stopping: asyncio.Event, alive_file: Path | None) -> None:
    """Work on all queues until asked to stop."""
    await (await psycopg.AsyncConnection.connect(settings.DATABASE_URL, connect_timeout=5)).close()  # else: why not
    connector = PsycopgConnector(
        conninfo=settings.DATABASE_URL, min_size=1, max_size=4, reconnect_timeout=RECONNECT_SECONDS
    )
    worker: App = app.with_connector(connector)
    async with worker.open_async():
        logger.info("worker is up", concurrency=settings.WORKER_CONCURRENCY)
        sweeper = asyncio.create_task(sweep_regularly(worker, alive_file))
        try:
            await work_on_queues(worker, stopping)
        finally:
            sweeper.cancel()
            await asyncio.gather(sweeper, return_exceptions=True)
            await everything_told()
            await close_pools()
            await close_redis()
            await close_http_clients()


async def work_on_queues(worker: App, stopping: asyncio.Event) -> None:
    """Cancelled, procrastinate lets its jobs finish. Its own signal handlers would stop only one of the two."""
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(run(worker, ["ai"], settings.WORKER_CONCURRENCY)),
            group.create_task(run(worker, ["default"], 4)),
        ]
        await stopping.wait()
        for task in running:
            task.cancel()


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
    raise WorkerEnded(f"the worker of {', '.join(queues)} has lost its connection")


async def sweep_regularly(worker: App, alive_file: Path | None) -> None:
    """Bring back the jobs of workers that were killed, wake what was snoozed, and show that this one lives."""
    while True:
        try:
            await sweep_stalled(worker)
            await end_abandoned()
            await wake_conversations()
            await assign_everywhere()
            await remove_files()
            await begin_changed_runs()
            await look_after_sources()
            await look_after_embeddings()
            show_life(alive_file)
        except Exception as error:  # the next round tries again
            logger.warning("cannot look for stalled jobs", reason=reason(error))
        await asyncio.sleep(SWEEP)


def show_life(alive_file: Path | None) -> None:
    if alive_file is not None:
        alive_file.touch()


def reason(error: BaseException) -> str:
    """One line; procrastinate hides what Postgres said in the cause, task groups in what they gather."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(reason, error.exceptions))
    said = str(error.__cause__ or error).strip() or repr(error)
    return said.splitlines()[0]
