"""What the way of a message stands on: each check says what it saw, or raises Finding."""

from __future__ import annotations

import asyncio
import errno
import json
import shutil
import smtplib
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, LiteralString
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import get_connection

from conversations.client.rest import HTTPError
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
    return str(await _row("SELECT version()")).split(" on ")[0]


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


async def email() -> str:
    if not settings.SENDS_MAIL:
        raise notice("not configured: mails are written to the log", Advice.MAIL_OFF)
    return await asyncio.to_thread(_email)


def _email() -> str:
    """Up to the log-in; nothing is sent."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    link = get_connection(timeout=parts.PATIENCE)
    try:
        link.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Finding(f"{where}: {type(error).__name__}", _of_mail(error)) from None
    finally:
        with suppress(OSError, smtplib.SMTPException):
            link.close()
    return f"{where} lets us in; nothing was sent"


def _of_mail(error: Exception) -> Advice:
    match error:
        case smtplib.SMTPAuthenticationError():
            return Advice.MAIL_LOG_IN
        case smtplib.SMTPNotSupportedError():
            return Advice.MAIL_NO_TLS if "STARTTLS" in str(error) else Advice.MAIL_WANTS_TLS
        case ssl.SSLCertVerificationError():
            return Advice.MAIL_CERTIFICATE
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return Advice.MAIL_AWAY  # its greeting was awaited for too long
        case smtplib.SMTPException() | ConnectionResetError() | ssl.SSLError():
            return Advice.MAIL_OTHERWISE
    return Advice.MAIL_AWAY


AI_REFUSALS = {401: Advice.AI_KEY, 403: Advice.AI_KEY, 402: Advice.AI_LIMITED, 429: Advice.AI_LIMITED}


async def ai() -> str:
    """A list of models costs nothing."""
    if not settings.AI_BASE_URL:
        raise notice("no endpoint configured: the built-in assistant answers", Advice.AI_OFF)
    url = settings.AI_BASE_URL.rstrip("/") + "/models"
    headers = {"Authorization": f"Bearer {settings.AI_API_KEY}"} if settings.AI_API_KEY else {}
    try:
        async with httpx2.AsyncClient(timeout=parts.PATIENCE, trust_env=False) as client:
            answer = await client.get(url, headers=headers)
    except HTTPError as error:
        advice = Advice.AI_SLOW if isinstance(error, httpx2.ReadTimeout) else Advice.AI_AWAY
        raise Finding(f"{urlsplit(url).netloc}: {type(error).__name__}", advice) from None
    status = answer.status_code
    if status in AI_REFUSALS or status >= 500:
        raise Finding(f"it answers {status}", AI_REFUSALS.get(status, Advice.AI_TROUBLE))
    if not answer.is_success:
        raise notice(f"it answers, but lists no models ({status})", Advice.AI_NO_LIST)
    if settings.AI_MODEL and not _is_listed(settings.AI_MODEL, answer.text):
        raise notice(f"it answers, but does not list {settings.AI_MODEL}", Advice.AI_MODEL)
    return f"{urlsplit(url).netloc} lists {settings.AI_MODEL or 'its models'}"


def _is_listed(model: str, answer: str) -> bool:
    """Whole, for gpt-4 is not gpt-4o; but Ollama lists `small:latest` and others `models/small`, and take `small`."""
    name = json.dumps(model)[1:-1]
    return any(form in answer for form in (f'"{name}"', f'"{name}:latest"', f'/{name}"'))


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
    "email": ("E-mail", email),
    "ai": ("AI endpoint", ai),
    "address": ("Public address and proxies", address),
}
# What says where an error of these most likely comes from.
DOWN = {"postgres": Advice.POSTGRES_AWAY, "redis": Advice.REDIS_AWAY, "channel_layer": Advice.LAYER_AWAY}
