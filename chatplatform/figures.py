"""Figures that lie in the database, the same for all processes: conversations, and the worker's queues."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from foundation.backups.folder import LATE, newest_backup
from foundation.logs import log

logger = log(__name__)
KEPT = 10.0  # seconds that figures are shown for, however often they are asked for
PATIENCE_MS = 2000
ACTIVE_MINUTES = 5
CONVERSATIONS = """
SELECT handled_by, count(*), count(*) FILTER (WHERE last_message_at > now() - %(active)s * interval '1 minute')
FROM conversations_conversation WHERE status <> 'resolved' GROUP BY handled_by
"""
WAITING_FOR_PEOPLE = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(waiting_since)), 0)
FROM conversations_conversation WHERE status = 'open' AND waiting_since IS NOT NULL
"""
JOBS = """
SELECT job.queue_name, count(*), coalesce(max(extract(epoch FROM now() - coalesce(job.scheduled_at, event.at))), 0)
FROM procrastinate_jobs job LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now() GROUP BY job.queue_name
"""
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"
QUEUES = ("ai", "default", "webhooks")
# Name, what it is, and its labels; docs/operators/metrics.md is written from here, too.
FIGURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "chatplatform_up_postgres": ("1 while these figures can be read from Postgres.", ()),
    "chatplatform_open_conversations": ("Conversations that are not resolved, by who handles them.", ("handled_by",)),
    "chatplatform_active_conversations": (
        f"Of those: with a message in the last {ACTIVE_MINUTES} minutes.",
        ("handled_by",),
    ),
    "chatplatform_waiting_conversations": ("Conversations in which a visitor waits for a person.", ()),
    "chatplatform_waiting_conversations_oldest_seconds": ("How long the first of them has waited.", ()),
    "chatplatform_jobs": ("Jobs that are due and not begun, by queue.", ("queue",)),
    "chatplatform_jobs_oldest_seconds": ("How long the oldest of them has been due.", ("queue",)),
    "chatplatform_worker_queues": ("Queues that a living worker works on; three for each worker.", ()),
}
BACKUP_AGE = "chatplatform_backup_age_seconds"
FIGURES[BACKUP_AGE] = ("Since the newest backup in BACKUP_DIR was begun; nothing where none is.", ())
BACKUP_ALLOWED = "chatplatform_backup_allowed_seconds"
FIGURES[BACKUP_ALLOWED] = (f"How old it may be: {LATE:g} times BACKUP_HOURS; nothing where there is no BACKUP_DIR.", ())
Sample = tuple[str, tuple[str, ...], float]


class DatabaseFigures(Collector):
    """Read with a connection of its own: when the pools are used up, this is looked at the most."""

    def __init__(self) -> None:
        self._read_at, self._samples = -KEPT, list[Sample]()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if time.monotonic() - self._read_at >= KEPT:
            self._samples, self._read_at = [*read_samples(), *_backups()], time.monotonic()
        for name, (text, labels) in FIGURES.items():
            family = GaugeMetricFamily(name, text, labels=labels)
            for of, values, figure in self._samples:
                if of == name:
                    family.add_metric(values, figure)
            yield family


def read_samples() -> list[Sample]:
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=2, autocommit=True) as connection:
            connection.execute(f"SET statement_timeout = {PATIENCE_MS}")
            return [("chatplatform_up_postgres", (), 1.0), *_conversations(connection), *_work(connection)]
    except psycopg.Error as error:
        logger.warning("no figures from Postgres", error=type(error).__name__)
        return [("chatplatform_up_postgres", (), 0.0)]


def _conversations(connection: psycopg.Connection[Any]) -> Iterator[Sample]:
    found = {"ai": (0, 0), "human": (0, 0)}
    found |= {row[0]: row[1:] for row in connection.execute(CONVERSATIONS, {"active": ACTIVE_MINUTES})}
    for handled_by, (many, active) in found.items():
        yield "chatplatform_open_conversations", (handled_by,), many
        yield "chatplatform_active_conversations", (handled_by,), active
    many, oldest = _row(connection, WAITING_FOR_PEOPLE)
    yield "chatplatform_waiting_conversations", (), many
    yield "chatplatform_waiting_conversations_oldest_seconds", (), float(oldest)


def _work(connection: psycopg.Connection[Any]) -> Iterator[Sample]:
    due = dict.fromkeys(QUEUES, (0, 0)) | {row[0]: row[1:] for row in connection.execute(JOBS)}
    for queue, (many, oldest) in due.items():
        yield "chatplatform_jobs", (queue,), many
        yield "chatplatform_jobs_oldest_seconds", (queue,), max(0.0, float(oldest))
    yield "chatplatform_worker_queues", (), _row(connection, WORKERS)[0]


def _row(connection: psycopg.Connection[Any], query: Any) -> Any:
    return connection.execute(query).fetchone()


def _backups() -> Iterator[Sample]:
    if settings.BACKUP_DIR.is_dir():
        yield BACKUP_ALLOWED, (), settings.ENVIRONMENT.backup_hours * 3600 * LATE
    newest = newest_backup(settings.BACKUP_DIR)
    if newest is not None:
        yield BACKUP_AGE, (), max(0.0, time.time() - newest.begun_at.timestamp())


FROM_DATABASE = DatabaseFigures()


def with_figures(registry: CollectorRegistry) -> CollectorRegistry:
    """One that shows what this holds and what lies in the database."""
    both = CollectorRegistry()
    both.register(registry)
    both.register(FROM_DATABASE)
    return both
