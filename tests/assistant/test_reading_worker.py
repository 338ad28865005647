"""Sources read by a real worker: asked for, read to the end, and gone on with after a worker was killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from assistant.ingestion.fetching import AGENT
from assistant.knowledge.sources import TASK, add_file, add_source, read_again, remove_source
from assistant.models import Article, Source, Upload, Word
from assistant.retrieval import find_passages
from assistant.stalled import sweep_stalled
from foundation.db import db
from tests.assistant.queue import queue
from tests.assistant.test_extraction import pdf
from tests.assistant.websites import Handler, OutsideWebsite, page, sitemap
from tests.cast import Cast
from tests.servers.stack import Stack

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def zoo() -> Iterator[OutsideWebsite]:
    with OutsideWebsite() as site:
        yield site


async def until(source: Source, is_so: Callable[[Source], bool], seconds: float = 40) -> Source:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = await db(Source.objects.for_system().get, pk=source.pk)
        if is_so(found):
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"it never was so: {found.state} {found.done}/{found.found} {found.error}")


def is_still(source: Source) -> bool:
    return not source.is_moving


def of_page(number: int, pause: float) -> Callable[[Handler], None]:
    def answer(request: Handler) -> None:
        time.sleep(pause)
        request.reply(page(f"Animal {number}", f"Animal number {number} eats {number} apples a day."))

    return answer


async def test_a_file_is_read_and_then_only_its_text_is_kept(cast: Cast) -> None:
    source = await db(add_file, cast.acme, "Handbook", pdf("Zebras graze on savannahs."))
    source = await until(source, is_still)
    assert (source.state, source.error, source.done) == ("ready", "", 1)
    (found, *_) = await db(find_passages, cast.acme, "Where do zebras graze?")
    assert (found.title, found.url, found.body) == ("Handbook", "", "Zebras graze on savannahs.")
    assert not await db(Upload.objects.for_website(cast.acme.pk).exists)
    assert await db(find_passages, cast.globex, "Where do zebras graze?") == []


async def test_a_broken_pdf_fails_with_its_reason_and_is_not_kept(cast: Cast) -> None:
    source = await until(await db(add_file, cast.acme, "Handbook", b"%PDF-1.7 broken"), is_still)
    assert (source.state, source.error) == ("failed", "This PDF is broken: it cannot be opened.")
    assert not await db(Upload.objects.for_website(cast.acme.pk).exists)


@pytest.mark.slow
async def test_how_far_it_is_is_seen_while_it_is_read(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {f"/{number}": of_page(number, 0.15) for number in range(12)}
    zoo.pages["/sitemap.xml"] = sitemap(*[zoo.url(f"/{number}") for number in range(12)])
    source = await db(add_source, cast.acme, "sitemap", zoo.url("/sitemap.xml"))
    halfway = await until(source, lambda one: one.done >= 3)
    assert (halfway.state, halfway.found) == ("running", 12)
    source = await until(source, is_still)
    assert (source.state, source.done) == ("ready", 12)
    assert all(headers["User-Agent"].startswith(AGENT) for _, headers in zoo.asked)
    assert all("Cookie" not in headers for _, headers in zoo.asked)


@pytest.mark.slow
async def test_when_the_worker_is_killed_the_next_goes_on_where_it_was(
    stack: Stack, zoo: OutsideWebsite, cast: Cast
) -> None:
    assert stack.worker is not None
    zoo.pages |= {f"/{number}": of_page(number, 0.15) for number in range(16)}
    zoo.pages["/sitemap.xml"] = sitemap(*[zoo.url(f"/{number}") for number in range(16)])
    source = await db(add_source, cast.acme, "sitemap", zoo.url("/sitemap.xml"))
    await until(source, lambda one: one.done >= 5)
    stack.worker.kill()
    try:
        async with queue() as jobs:
            assert await sweep_stalled(jobs, seconds_without_heartbeat=0) >= 1
    finally:
        stack.worker.start()
    source = await until(source, is_still)
    assert (source.state, source.run, source.done) == ("ready", 1, 16)
    titles = await db(lambda: sorted(Article.objects.for_website(cast.acme.pk).values_list("title", flat=True)))
    assert titles == sorted(f"Animal {number}" for number in range(16))
    asked = [zoo.times_asked(f"/{number}") for number in range(16)]
    assert max(asked) <= 2
    assert asked.count(2) <= 1  # only the one at which it was killed
    assert zoo.times_asked("/sitemap.xml") == 1
    counts = await db(lambda: dict(Word.objects.for_website(cast.acme.pk).values_list("word", "articles")))
    assert counts["apples"] == 16


@pytest.mark.slow
async def test_a_source_is_read_by_one_worker_at_a_time(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {f"/{number}": of_page(number, 0.1) for number in range(6)}
    zoo.pages["/sitemap.xml"] = sitemap(*[zoo.url(f"/{number}") for number in range(6)])
    source = await db(add_source, cast.acme, "sitemap", zoo.url("/sitemap.xml"))
    await until(source, lambda one: one.state == "running")
    assert not await db(read_again, source)
    await until(source, is_still)
    assert await db(read_again, source)
    source = await until(source, lambda one: one.run == 2 and is_still(one))
    assert [zoo.times_asked(f"/{number}") for number in range(6)] == [2] * 6


async def test_a_source_that_is_deleted_while_it_is_read_leaves_nothing(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {f"/{number}": of_page(number, 0.1) for number in range(20)}
    zoo.pages["/sitemap.xml"] = sitemap(*[zoo.url(f"/{number}") for number in range(20)])
    source = await db(add_source, cast.acme, "sitemap", zoo.url("/sitemap.xml"))
    await until(source, lambda one: one.done >= 2)
    await db(remove_source, source)
    assert await db(find_passages, cast.acme, "apples") == []
    job = ProcrastinateJob.objects.filter(task_name=TASK, args__source_id=source.pk)
    for _ in range(1200):
        if not await db(Source.objects.for_website(cast.acme.pk).exists) and not await db(job.exists):
            break
        await asyncio.sleep(0.05)
    assert not await db(Article.objects.for_website(cast.acme.pk).exists)
    assert not await db(Word.objects.for_website(cast.acme.pk).exists)
    assert not await db(Source.objects.for_website(cast.acme.pk).exists)
    assert not await db(job.exists)
