"""A real worker with a model of meanings: it gives it what Ada writes, answers Vera by it, and may be killed."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import PassageVector, Reply
from assistant.stalled import sweep_stalled
from foundation.db import db
from foundation.supervisor.process import Process
from tests.assistant.embedding_server import EmbeddingServer
from tests.assistant.queue import queue
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.servers.stack import Stack, spec

ASKED = "What nourishment do stripy equids get?"


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as started:
        yield started


@pytest.fixture(scope="module")
def worker(stack: Stack, server: EmbeddingServer) -> Iterator[Process]:
    """In the place of the stack's own, which knows no model and would take its jobs."""
    assert stack.worker is not None
    model = {"AI_EMBEDDING_MODEL": "meanings-1", "AI_EMBEDDING_BASE_URL": server.url}
    command = [sys.executable, "manage.py", "run_worker"]
    stack.worker.stop()
    try:
        with Process(spec("worker-with-model", command, {**stack.environment, **model})) as started:
            yield started
    finally:
        stack.worker.start()


@pytest.fixture(autouse=True)
def well(server: EmbeddingServer, worker: Process) -> None:
    server.mode = "well"
    server.asked.clear()


async def until(is_so: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not await db(is_so):
        if time.monotonic() > deadline:
            pytest.fail("it never was so")
        await asyncio.sleep(0.1)


def count(website: Website) -> int:
    return PassageVector.objects.for_website(website.pk).count()


def write(website: Website, number: int, body: str) -> None:
    write_article(website, ArticleText(f"animal-{number}", f"Animal {number}", body))


def opened(stack: Stack, website: Website) -> Visitor:
    vera = visit(stack, website)
    vera.open()
    return vera


async def test_vera_is_answered_by_what_she_means_and_never_from_globex(stack: Stack, cast: Cast) -> None:
    await db(write_article, cast.acme, ArticleText("z", "Zebras", "Zebras eat grass.", "https://acme.test/zebras"))
    await db(write_article, cast.globex, ArticleText("z", "Globex' zebras", "Zebras eat shares.", "https://g.test/z"))
    # The worker hears of it by its rounds, since what writes here has no model.
    await until(lambda: count(cast.acme) == 1 and count(cast.globex) == 1)
    vera = await db(opened, stack, cast.acme)
    async with vera.socket() as chat:
        await chat.say(ASKED)
        message = (await chat.expect("new_message"))["message"]
    assert message["content"] == "Zebras eat grass."
    assert message["sources"] == [{"title": "Zebras", "url": "https://acme.test/zebras"}]
    # The record is closed after the answer was told.
    await until(lambda: any(cosine > 0.9 for _, cosine in reply_to(cast.acme).passages))


def reply_to(website: Website) -> Reply:
    return Reply.objects.for_website(website.pk).latest("began_at")


@pytest.mark.slow
async def test_when_the_worker_is_killed_the_next_goes_on_and_asks_for_little_twice(
    worker: Process, server: EmbeddingServer, cast: Cast
) -> None:
    server.mode = "slow"
    for number in range(100):
        await db(write, cast.acme, number, f"Animal number {number} eats {number} apples.")
    await until(lambda: count(cast.acme) >= 32)
    worker.kill()
    try:
        async with queue() as jobs:
            assert await sweep_stalled(jobs, seconds_without_heartbeat=0) >= 1
    finally:
        worker.start()
    await until(lambda: count(cast.acme) == 100)
    asked = [text for text in server.texts if text.startswith("Animal")]
    assert 100 <= len(asked) <= 132
    assert len(set(asked)) == 100
