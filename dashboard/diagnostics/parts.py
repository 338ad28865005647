"""What the way of a message stands on: each check says what it saw, or raises Finding."""

from __future__ import annotations

import asyncio
import shutil
import smtplib
import time
from collections.abc import Awaitable, Callable
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
from dashboard.diagnostics.findings import Finding, notice
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
        raise Finding(str(away), *DOWN[part]) from None


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
    raise say(
        f"the clock of {whose} is {abs(off):.1f} s {'ahead' if off > 0 else 'behind'}",
        "The machines' clocks differ: presence, limits and log-ins expire too early or too late.",
        "Let every machine keep its time by NTP (`timedatectl status`).",
    )


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
        raise Finding(
            "no worker has been heard of for 30 s",
            "The worker does not run, or on another database: no AI answers, mails, webhooks or clean-up.",
            "Start it: `docker compose up -d worker`, by hand `manage.py run_worker`; then look at its log.",
        ) from None
    pool = await hot_pool()
    async with pool.connection(timeout=parts.PATIENCE) as connection:
        row = await (await connection.execute(WAITING)).fetchone()
    assert row is not None
    waiting, age = int(row[0]), float(row[1])
    if age > LONG_WAIT:
        raise notice(
            f"{waiting} jobs are due, the oldest for {age:.0f} s",
            "More is asked of the worker than it gets done, or an endpoint it waits for is slow.",
            "Look at its log; start a second one (`docker compose up -d --scale worker=2`).",
        )
    return f"{waiting} jobs are due"


SETTINGS = {"uploads": "UPLOAD_DIR", "exports": "EXPORT_DIR"}


async def storage() -> str:
    return await asyncio.to_thread(_storage)  # a volume that hangs holds up nobody else


def _storage() -> str:
    for name in SETTINGS:
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
            raise Finding(
                f"{name}: {type(error).__name__} {error.strerror or ''}".strip(),
                "The volume is full, read-only, missing, or another user's.",
                f"Free or mount it, and let the server's user write there ({SETTINGS[name]}); web and worker share it.",
            ) from None
    free = shutil.disk_usage(storages["uploads"].path("")).free
    if free < LEAST_FREE:
        raise notice(f"{free >> 20} MB are free", "The volume of UPLOAD_DIR is nearly full.", "Make room there.")
    return f"written, read and removed; {free >> 30} GB free"


async def email() -> str:
    if not settings.SENDS_MAIL:
        raise notice(
            "not configured: mails are written to the log",
            "EMAIL_URL is not set.",
            "Set EMAIL_URL and EMAIL_FROM, so that invitations, passwords and missed answers reach people.",
        )
    return await asyncio.to_thread(_email)


def _email() -> str:
    """Up to the log-in; nothing is sent."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    link = get_connection(timeout=parts.PATIENCE)
    try:
        link.open()
        link.close()
    except smtplib.SMTPAuthenticationError:
        raise Finding(f"{where} refuses the log-in", "User or password is wrong.", "Correct EMAIL_URL.") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Finding(
            f"{where}: {type(error).__name__}",
            "The mail server does not answer there, or not in this way (TLS, port).",
            "Check EMAIL_URL: smtp://user:password@host:587?tls=1; and whether a firewall lets this port out.",
        ) from None
    return f"{where} lets us in; nothing was sent"


async def ai() -> str:
    """A list of models costs nothing."""
    if not settings.AI_BASE_URL:
        raise notice(
            "no endpoint configured: the built-in assistant answers",
            "AI_BASE_URL is not set.",
            "Nothing, unless a model is to write the answers.",
        )
    url = settings.AI_BASE_URL.rstrip("/") + "/models"
    headers = {"Authorization": f"Bearer {settings.AI_API_KEY}"} if settings.AI_API_KEY else {}
    try:
        async with httpx2.AsyncClient(timeout=parts.PATIENCE, trust_env=False) as client:
            answer = await client.get(url, headers=headers)
    except HTTPError as error:
        raise Finding(
            f"{urlsplit(url).netloc}: {type(error).__name__}",
            "The AI endpoint does not answer from here. Conversations go to people meanwhile.",
            "Check AI_BASE_URL, and whether this machine may reach it.",
        ) from None
    if answer.status_code in (401, 403):
        raise Finding(f"it answers {answer.status_code}", "The key is wrong or expired.", "Correct AI_API_KEY.")
    if answer.status_code >= 500:
        raise Finding(
            f"it answers {answer.status_code}", "The endpoint itself has trouble.", "See its own status page."
        )
    if answer.is_error:
        raise notice(f"it answers, but lists no models ({answer.status_code})")
    if settings.AI_MODEL and settings.AI_MODEL not in answer.text:
        raise notice(
            f"it answers, but does not list {settings.AI_MODEL}",
            "The model has another name there, or is not installed.",
            "Correct AI_MODEL.",
        )
    return f"{urlsplit(url).netloc} lists {settings.AI_MODEL or 'its models'}"


async def address() -> str:
    """What browsers are told to use."""
    public = urlsplit(settings.PUBLIC_URL)
    host = public.hostname or ""
    if settings.DEBUG:
        raise notice("DEBUG is on", "Errors show code and settings to everybody.", "Set DEBUG=0 for real visitors.")
    if public.scheme == "http" and not _is_local(host):
        raise notice(
            f"{settings.PUBLIC_URL} is not encrypted",
            "Everybody on the way can read along; browsers switch notifications and passkeys off.",
            "Put a proxy with TLS in front and give PUBLIC_URL https:// (docs/operators).",
        )
    proxies = settings.ENVIRONMENT.trusted_proxies
    if public.scheme == "https" and not proxies:
        raise notice(
            "https, but no trusted proxy",
            "If a proxy ends TLS in front, everybody seems to come from its address and shares its limits.",
            "Set TRUSTED_PROXIES to the number of proxies in front.",
        )
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
DOWN = {
    "postgres": ("Postgres does not run, or DATABASE_URL is wrong.", "`docker compose ps postgres`, then its log."),
    "redis": ("Redis does not run, or REDIS_URL is wrong.", "`docker compose ps redis`, then its log."),
    "channel_layer": (
        "A Redis of the channel layer does not run, or CHANNEL_REDIS_URLS is wrong.",
        "`docker compose ps redis`; clients go on over HTTP meanwhile and resume afterwards.",
    ),
}
