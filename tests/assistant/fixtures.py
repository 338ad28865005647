"""Websites whose assistants know something, and conversations that no worker answers behind a test's back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant.ingestion import reading
from conversations.actions import messages
from conversations.subscribers.live import everything_told
from foundation.db import close_pools
from foundation.outgoing import close_http_clients
from foundation.redis import close_redis
from tests.assistant.desk import Desk
from tests.assistant.knowledge import website_that_knows
from tests.assistant.misbehaving import MisbehavingServer
from tests.assistant.websites import OutsideWebsite


@pytest.fixture(scope="session")
def shop() -> Website:
    """The demo's outdoor shop with all its articles."""
    return website_that_knows("acme")


@pytest.fixture(scope="session")
def software() -> Website:
    """The demo's software company."""
    return website_that_knows("globex")


@pytest.fixture(scope="session")
def misbehaving() -> Iterator[MisbehavingServer]:
    """An AI endpoint that behaves as its `model` is called."""
    with MisbehavingServer() as server:
        yield server


@pytest.fixture
async def outgoing() -> AsyncIterator[None]:
    """For tests that ask an endpoint in this process: its connections end with the test's loop."""
    yield
    await close_http_clients()


@pytest.fixture
def every_piece(settings: Settings) -> None:
    """An answer is shown after each of its pieces, however fast they come."""
    settings.AI_CHUNKS_PER_SECOND = 1_000_000


@pytest.fixture
async def desk(shop: Website, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> AsyncIterator[Desk]:
    """Vera's conversation with the shop. Its messages defer no jobs: the test runs the job itself, without waiting."""
    settings.AI_PATIENCE_SECONDS = 0
    monkeypatch.setattr(messages, "DURABLE", [])
    async with Desk(shop) as opened:
        yield opened
    await everything_told()
    await close_pools()
    await close_redis()
    await close_http_clients()


@pytest.fixture
def zoo() -> Iterator[OutsideWebsite]:
    """A website of somebody else's, without pages yet."""
    with OutsideWebsite() as site:
        yield site


@pytest.fixture
def read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No job is left to a worker that runs beside this test."""
    monkeypatch.setattr(reading, "SLICE", 100.0)
