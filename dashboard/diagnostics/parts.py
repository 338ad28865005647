"""What the way of a message stands on: each check says what it saw, or raises Finding."""

from __future__ import annotations

import asyncio
import errno
import shutil
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any, LiteralString
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from psycopg import AsyncConnection, OperationalError
from psycopg.errors import UndefinedTable

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, Outcome, notice
from foundation import parts
from foundation.db import hot_pool
from foundation.redis import redis_hosts
from foundation.redis_urls import host_name

Check = Callable[[], Awaitable[str]]
SKEW_NOTICE, SKEW_FAILED = 1.0, 10.0  # seconds
LEAST_FREE = 1 << 30  # bytes
WAITING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at))), 0)
FROM procrastinate_jobs job LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()
"""
LONG_WAIT = 60.0  # seconds that a job which is due may wait
STUCK = 180.0  # seconds after which the alert JobsWait calls (deploy/prometheus/alerts.yml)


async def postgres() -> str:
    """First by a connection of its own: a pool tries for long, and says only that it has none."""
    await _let_in()
    return str(await _row("SELECT version()")).split(" on ")[0]


async def _let_in() -> None:
    try:
        async with asyncio.timeout(parts.PATIENCE):
            await (await AsyncConnection.connect(settings.DATABASE_URL)).close()
    except TimeoutError:
        raise Finding(f"no answer within {parts.PATIENCE:g} s", Advice.POSTGRES_AWAY) from None
    except OperationalError as error:
        said = str(error).strip()
        advice = Advice.POSTGRES_REFUSES if "FATAL: " in said else Advice.POSTGRES_AWAY
        raise Finding(said.splitlines()[0], advice) from None


async def redis_answers() -> str:
    await _over_every_host("redis", parts.redis_answers)
    versions = [f"{(await client.info('server'))['redis_version']}" for client in redis_hosts().values()]
    return f"Redis {', '.join(versions)}"


async def _over_every_host(part: str, check: Callable[[], Awaitable[None]]) -> None:
    """Where there are several, the finding names those that are gone."""
    try:
        await check()
    except parts.HostAway as away:
        raise Finding(str(away), DOWN[part]) from None


async def clocks() -> str:
    """Tokens, presence and limits are kept by three clocks: this machine's, Postgres' and Redis'."""
    began = time.time()
    theirs = float(await _row("SELECT extract(epoch FROM clock_timestamp())"))
    worst = _compare("Postgres", theirs, began)
    for url, client in redis_hosts().items():
        began = time.time()
        seconds, micros = await client.time()
        worst = max(worst, _compare(f"Redis ({host_name(url)})", seconds + micros / 1e6, began))
    return f"at most {worst * 1000:.0f} ms apart"


def _compare(whose: str, theirs: float, began: float) -> float:
    off = theirs - (began + time.time()) / 2
    if abs(off) < SKEW_NOTICE:
        return abs(off)
    say = Finding if abs(off) >= SKEW_FAILED else notice
    direction = "ahead" if off > 0 else "behind"
    raise say(f"the clock of {whose} is {abs(off):.1f} s {direction}", Advice.CLOCKS_DIFFER)


async def _row(query: LiteralString) -> Any:
    """The first value it answers."""
    pool = await hot_pool()
    async with pool.connection(timeout=parts.PATIENCE) as connection:
        row = await (await connection.execute(query)).fetchone()
    assert row is not None
    return row[0]


async def channel_layer() -> str:
    await _over_every_host("channel_layer", parts.channel_layer)
    environment = settings.ENVIRONMENT
    hosts = len(environment.channel_redis_urls or environment.redis_urls)
    return f"there and back over {hosts} Redis host{'s' if hosts > 1 else ''}"


async def worker() -> str:
    """Its heartbeat, and whether what is due is done in time."""
    try:
        await parts.worker()
    except parts.NoWorker:
        raise Finding(f"no worker has been heard of for {parts.WORKER_SILENCE} s", Advice.NO_WORKER) from None
    except UndefinedTable:
        raise Finding("the database has no table of workers", Advice.NO_PROBE) from None
    pool = await hot_pool()
    async with pool.connection(timeout=parts.PATIENCE) as connection:
        row = await (await connection.execute(WAITING)).fetchone()
    assert row is not None
    waiting, age = int(row[0]), float(row[1])
    if age > LONG_WAIT:
        outcome = Outcome.NOTICE if age < STUCK else Outcome.FAILED
        raise Finding(f"{waiting} jobs are due, the oldest for {age:.0f} s", Advice.JOBS_WAIT, outcome)
    return f"{waiting} jobs are due"


FOLDERS = ("uploads", "exports")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


async def storage() -> str:
    return await asyncio.to_thread(_storage)  # a volume that hangs holds up nobody else


def _storage() -> str:
    for name in FOLDERS:
        folder = storages[name]
        try:
            path = folder.save(f"diagnostics/{uuid4().hex}", ContentFile(b"probe"))
            try:
                with folder.open(path) as file:
                    if file.read() != b"probe":
                        raise OSError("what was read is not what was written")
            finally:
                folder.delete(path)
        except OSError as error:
            advice = Advice.STORAGE_FULL if error.errno in FULL else Advice.STORAGE_CLOSED
            raise Finding(f"{name}: {type(error).__name__} {error.strerror or ''}".strip(), advice) from None
    free = shutil.disk_usage(storages["uploads"].path("")).free
    if free < LEAST_FREE:
        raise notice(f"{free >> 20} MB are free", Advice.STORAGE_NEARLY_FULL)
    return f"written, read and removed; {free >> 30} GB free"


async def address() -> str:
    """What browsers are told to use."""
    public = urlsplit(settings.PUBLIC_URL)
    host = public.hostname or ""
    if settings.DEBUG:
        raise notice("DEBUG is on", Advice.DEBUG_ON)
    if public.scheme == "http" and not _is_local(host):
        raise notice(f"{settings.PUBLIC_URL} is not encrypted", Advice.NOT_ENCRYPTED)
    proxies = settings.ENVIRONMENT.trusted_proxies
    if public.scheme == "https" and not proxies:
        raise notice("https, but no trusted proxy", Advice.NO_TRUSTED_PROXY)
    return f"{settings.PUBLIC_URL}, {proxies} trusted proxies"


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


CHECKS: dict[str, tuple[str, Check]] = {
    "postgres": ("Postgres", postgres),
    "redis": ("Redis", redis_answers),
    "channel_layer": ("Channel layer, there and back", channel_layer),
    "worker": ("Worker", worker),
    "clocks": ("Clocks", clocks),
    "storage": ("Uploads and exports", storage),
    "address": ("Public address and proxies", address),
}
# What says where an error of these most likely comes from.
DOWN = {"postgres": Advice.POSTGRES_AWAY, "redis": Advice.REDIS_AWAY, "channel_layer": Advice.LAYER_AWAY}
