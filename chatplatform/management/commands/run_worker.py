"""Run the worker: AI answers with high concurrency, everything else a few at a time."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from assistant.embeddings.indexing import look_after_embeddings
from assistant.knowledge.sources import look_after_sources
from assistant.questions.runs import begin_changed_runs
from assistant.replying.abandoned import end_abandoned
from assistant.stalled import sweep_stalled
from chatplatform.worker_metrics import metrics_of_worker
from conversations.actions.assignments import assign_everywhere
from conversations.actions.attachments import remove_files
from conversations.actions.indexing import index_for_ever
from conversations.actions.status import wake_conversations
from conversations.actions.unclaimed import tell_of_unclaimed
from conversations.subscribers.live import everything_told
from dashboard.diagnostics.probe import remove_stale_probes
from dashboard.digests import send_digests
from dashboard.reports.facts import read_facts_everywhere
from foundation.db import RECONNECT_SECONDS, close_pools
from foundation.logs import log, logged_with
from foundation.metrics import JOBS_DONE
from foundation.outgoing import close_http_clients
from foundation.pool_figures import watch_pools
from foundation.redis import close_redis
from foundation.unknown_jobs import Tasks
from integrations.given_up import bring_back_given_up
from integrations.mail.mailbox import look_into_mailbox
from integrations.mail.taking import forget_old_mails
from integrations.webhooks import noting as webhooks
from integrations.webhooks.delivering import begin_lost_deliveries, forget_old_deliveries
from privacy.actions.retention import keep_to_retention

logger = log(__name__)
POLL = 0.5  # seconds; retries and scheduled jobs are seen by polling only
SWEEP = 15.0  # seconds between looks for jobs of killed workers
HEARTBEAT = 5.0  # seconds; a worker that misses three is taken for dead (assistant/stalled.py)
WEBHOOKS = 20  # deliveries at the same time
GRACE = 8.0  # seconds that running jobs get at a stop; a stopping worker has no heartbeat, and must not seem dead
RETRY = 5.0  # seconds until a worker without Postgres tries again


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--alive-file", type=Path, help="Touched whenever Postgres answers; for health checks.")

    def handle(self, *args: Any, alive_file: Path | None, **options: Any) -> None:
        watch_pools()
        with metrics_of_worker(settings.ENVIRONMENT.worker_metrics_port):
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
        conninfo=settings.DATABASE_URL, min_size=1, max_size=6, reconnect_timeout=RECONNECT_SECONDS
    )
    worker: App = app.with_connector(connector)
    worker.tasks = Tasks(worker)
    async with worker.open_async():
        logger.info("worker is up", concurrency=settings.WORKER_CONCURRENCY)
        rounds = [
            asyncio.create_task(sweep_regularly(worker, alive_file)),
            asyncio.create_task(index_regularly()),
        ]
        try:
            await work_on_queues(worker, stopping)
        finally:
            for each in rounds:
                each.cancel()
            await asyncio.gather(*rounds, return_exceptions=True)
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
            group.create_task(run(worker, [webhooks.QUEUE], WEBHOOKS)),
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
        worker_middleware=[tell_of_job],
    )
    raise WorkerEnded(f"the worker of {', '.join(queues)} has lost its connection")


async def tell_of_job(work: Callable[[], Awaitable[Any]], context: JobContext, worker: Any) -> Any:
    """A line and a figure for each job, and its id on every line that is logged for it. Its arguments are not shown."""
    job, began, result = context.job, time.perf_counter(), "failed"
    with logged_with(job=str(job.id)):
        try:
            answer = await work()
            result = "done"
            return answer
        except asyncio.CancelledError:
            result = "cancelled"
            raise
        finally:
            seconds = time.perf_counter() - began
            JOBS_DONE.labels(task=job.task_name, result=result).observe(seconds)
            ms = round(seconds * 1000, 1)
            logger.info("[JOB] ended", task=job.task_name, result=result, attempts=job.attempts, ms=ms)


async def sweep_regularly(worker: App, alive_file: Path | None) -> None:
    """Bring back the jobs of workers that were killed, wake what was snoozed, and show that this one lives."""
    while True:
        is_well = await went_well(partial(sweep_stalled, worker))
        for step in ROUNDS:
            is_well |= await went_well(step)
        if is_well:
            show_life(alive_file)
        await asyncio.sleep(SWEEP)


ROUNDS: tuple[Callable[[], Awaitable[object]], ...] = (
    *(end_abandoned, wake_conversations, assign_everywhere, tell_of_unclaimed, remove_files, forget_old_deliveries),
    *(
        bring_back_given_up,
        begin_lost_deliveries,
        look_into_mailbox,
        forget_old_mails,
        begin_changed_runs,
        look_after_sources,
        look_after_embeddings,
        read_facts_everywhere,
        keep_to_retention,
        send_digests,
        remove_stale_probes,
    ),
)


async def went_well(step: Callable[[], Awaitable[object]]) -> bool:
    """One that fails holds up no other: the next round tries it again."""
    try:
        await step()
    except Exception as error:
        name = getattr(step, "__name__", "sweep_stalled")
        logger.warning("a part of the worker's round failed", part=name, reason=reason(error))
        return False
    return True


async def index_regularly() -> None:
    while True:
        try:
            await index_for_ever()
        except Exception as error:  # the next round tries again
            logger.warning("cannot index what was said", reason=reason(error))
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
