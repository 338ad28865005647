"""What the way of a message stands on, each part broken on purpose while the others are well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Website
from dashboard.diagnostics import checking, parts, running
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.checking import checked
from dashboard.diagnostics.findings import Outcome
from foundation.db import close_pools, open_pools
from foundation.redis import close_redis
from tests.operations.diagnosis.shifted_clocks import postgres_ahead_by, redis_behind_by
from tests.operations.diagnosis.told import detail_of, finding_of, told

pytestmark = pytest.mark.usefixtures("core")


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"debug": True}, Advice.DEBUG_ON),
        ({"public_url": "http://chat.example.test"}, Advice.NOT_ENCRYPTED),
        ({"public_url": "https://chat.example.test"}, Advice.NO_TRUSTED_PROXY),
    ],
)
async def test_an_address_that_is_no_good(settings: Any, environment: dict[str, Any], advice: Advice) -> None:
    settings.DEBUG = environment.get("debug", False)
    settings.PUBLIC_URL = environment.get("public_url", "http://127.0.0.1:8000")
    finding = await finding_of(parts.address)
    assert (finding.advice, finding.outcome) == (advice, Outcome.NOTICE)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://chat.localhost", "https://chat.example.test"])
async def test_an_address_that_is_good(settings: Any, url: str) -> None:
    settings.PUBLIC_URL, settings.DEBUG = url, False
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"trusted_proxies": 1})
    assert (await parts.address()).startswith(url)


async def test_a_database_and_a_redis_that_are_gone(settings: Any) -> None:
    """What only they could tell is skipped, and so is every step."""
    settings.DATABASE_URL, settings.REDIS_URL = "postgresql://postgres@127.0.0.1:1/none", "redis://127.0.0.1:1/0"
    report = await running.diagnose("http://127.0.0.1:1")
    await close_pools()
    await close_redis()
    assert told(report) == {"postgres": Advice.POSTGRES_AWAY, "redis": Advice.REDIS_AWAY}
    both = "Postgres and Redis did not answer"
    assert {one.detail for one in report.steps} == {both}
    assert {detail_of(report, "clocks"), detail_of(report, "worker")} == {both, "Postgres did not answer"}


async def test_a_database_that_takes_connections_and_says_nothing(settings: Any) -> None:
    """One wait for it, and no other: what needs it is not asked, and what does not is looked at all the same."""
    async with silent_port() as port:
        settings.DATABASE_URL = f"postgresql://postgres@127.0.0.1:{port}/none"
        report = await running.diagnose("http://127.0.0.1:1", Website.objects.all())
    assert told(report) == {"postgres": Advice.POSTGRES_AWAY}
    assert detail_of(report, "postgres") == "no answer within 3 s"
    assert {detail_of(report, key) for key in ("connect", "worker", "clocks", "own_ai")} == {"Postgres did not answer"}
    assert {one.key for one in report.parts if one.is_tried} >= {"postgres", "redis", "channel_layer", "storage"}
    assert open_pools() == []


@pytest.mark.parametrize(
    ("query", "says"), [("dbname=no-such-database", "no-such-database"), ("user=nobody-here", "nobody-here")]
)
async def test_a_database_that_refuses_us(settings: Any, query: str, says: str) -> None:
    url = str(settings.DATABASE_URL)
    settings.DATABASE_URL = f"{url}{'&' if '?' in url else '?'}{query}"
    finding = await finding_of(parts.postgres)
    assert (finding.advice, finding.outcome) == (Advice.POSTGRES_REFUSES, Outcome.FAILED)
    assert says in finding.detail


@asynccontextmanager
async def silent_port() -> AsyncIterator[int]:
    """Takes connections, as a machine does whose Postgres is frozen."""
    taken: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(writer)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for one in taken:
            one.close()


async def test_clocks_that_agree() -> None:
    assert (await parts.clocks()).endswith("ms apart")


@pytest.fixture
def seconds_ahead(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    with postgres_ahead_by(request.param) as settings.DATABASE_URL:
        yield


@pytest.mark.parametrize(
    ("seconds_ahead", "outcome"), [(60, Outcome.FAILED), (5, Outcome.NOTICE)], indirect=["seconds_ahead"]
)
async def test_the_clock_of_postgres_is_ahead(seconds_ahead: None, outcome: Outcome) -> None:
    finding = await finding_of(parts.clocks)
    await close_pools()
    assert (finding.advice, finding.outcome) == (Advice.CLOCKS_DIFFER, outcome)
    assert finding.detail.startswith("the clock of Postgres is")
    assert finding.detail.endswith("s ahead")


async def test_the_clock_of_redis_is_behind(settings: Any) -> None:
    async with redis_behind_by(60) as settings.REDIS_URL:
        finding = await finding_of(parts.clocks)
        await close_redis()
    assert (finding.advice, finding.outcome) == (Advice.CLOCKS_DIFFER, Outcome.FAILED)
    assert "the clock of Redis (127.0.0.1" in finding.detail
    assert finding.detail.endswith("s behind")


@pytest.fixture
def somebodys_file(settings: Any, tmp_path: Path) -> None:
    """Where the folder of the uploads should be."""
    (tmp_path / "file").touch()
    options = settings.STORAGES["uploads"]["OPTIONS"] | {"location": tmp_path / "file"}
    settings.STORAGES = settings.STORAGES | {"uploads": settings.STORAGES["uploads"] | {"OPTIONS": options}}


@pytest.mark.usefixtures("somebodys_file")
async def test_a_storage_that_cannot_be_written_to() -> None:
    finding = await finding_of(parts.storage)
    assert (finding.advice, finding.outcome) == (Advice.STORAGE_CLOSED, Outcome.FAILED)
    assert finding.detail.startswith("uploads: ")


async def test_a_storage_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_FREE", 1 << 62)
    finding = await finding_of(parts.storage)
    assert (finding.advice, finding.outcome) == (Advice.STORAGE_NEARLY_FULL, Outcome.NOTICE)


@pytest.fixture
def waiting_job(minutes: int) -> Iterator[None]:
    """Due for as long, in a queue that no worker of ours asks for."""
    queue = f"nobodys-{uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at)"
            " VALUES (%s, 'nothing', now() - make_interval(mins => %s))",
            [queue, minutes],
        )
    connection.close()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = %s", [queue])
    connection.close()


@pytest.mark.parametrize(("minutes", "outcome"), [(2, Outcome.NOTICE), (4, Outcome.FAILED)])
@pytest.mark.usefixtures("stack", "waiting_job")
async def test_jobs_that_wait(outcome: Outcome) -> None:
    finding = await finding_of(parts.worker)
    assert (finding.advice, finding.outcome) == (Advice.JOBS_WAIT, outcome)


async def test_a_check_that_breaks_is_told_as_what_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is, even nothing for too long: the run goes on, and says what broke."""

    async def breaks() -> str:
        raise ZeroDivisionError

    async def hangs() -> str:
        await asyncio.sleep(60)
        return ""

    monkeypatch.setattr(checking, "PATIENCE", 0.1)
    for check, detail in ((breaks, "ZeroDivisionError"), (hangs, "no answer in time")):
        result = await checked("ai", "AI endpoint", check)
        assert (result.outcome, result.detail) == (Outcome.FAILED, detail)
        assert (result.cause, result.fix) == (Advice.UNKNOWN.cause, Advice.UNKNOWN.fix)
