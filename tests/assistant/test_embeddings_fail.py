"""Whatever is wrong with the embedding endpoint, visitors are answered in time, and the staff read why not better."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant.embeddings import asking, index
from assistant.embeddings.asking import with_meaning
from assistant.embeddings.indexing import embed_passages
from assistant.embeddings.standing import standing_of
from assistant.knowledge.articles import ArticleText, write_article
from assistant.providers.base import Question, Turn
from assistant.providers.builtin.provider import found_by
from foundation.db import db
from foundation.outgoing import close_http_clients
from foundation.supervisor.ports import free_port
from tests.assistant.embedding_server import EmbeddingServer
from tests.cast import Cast

ASKED = "What do zebras eat?"
OTHER = (
    "the embedding model answers with 24 numbers, but passages were given 48 by one of the same name; "
    "`manage.py embed_again` begins anew"
)
UNREADABLE = "the embedding endpoint sent something that cannot be read"
FAILURES = [
    ("down", "the embedding endpoint cannot be reached"),
    ("401", "the embedding endpoint refused its key (HTTP 401)"),
    ("404", "the embedding endpoint knows no such address or model (HTTP 404)"),
    ("429", "the embedding endpoint is too busy, or its quota is used up (HTTP 429)"),
    ("500", "the embedding endpoint refused the request (HTTP 500)"),
    *((mode, UNREADABLE) for mode in ("garbage", "too_few", "zeros", "not_numbers", "infinite", "uneven")),
]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as started:
        yield started


@pytest.fixture(autouse=True)
async def embeddings(
    server: EmbeddingServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    settings.AI_EMBEDDING_MODEL, settings.AI_EMBEDDING_BASE_URL = "meanings-1", server.url
    monkeypatch.setattr(index, "QUEUE", "nobody")
    monkeypatch.setattr("assistant.embeddings.indexing.PAUSES", (0.01, 0.01))
    monkeypatch.setattr(asking, "_rests", {})
    server.mode = "well"
    yield
    await close_http_clients()


@pytest.fixture
async def acme(cast: Cast) -> Website:
    await db(write_article, cast.acme, ArticleText("zebras", "Zebras", "Zebras eat grass."))
    await embed_passages(cast.acme.pk)
    return cast.acme


async def behave(mode: str, server: EmbeddingServer, settings: Settings) -> None:
    server.mode = mode
    if mode == "down":
        settings.AI_EMBEDDING_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"


def question(website: Website) -> Question:
    return Question(website, [Turn("visitor", ASKED)])


@pytest.mark.parametrize(("mode", "why"), [*FAILURES, ("other_dimension", OTHER)])
async def test_a_visitor_is_answered_by_full_text_search(
    acme: Website, server: EmbeddingServer, settings: Settings, mode: str, why: str
) -> None:
    await behave(mode, server, settings)
    asked = await with_meaning(question(acme))
    assert asked.meant is not None
    assert asked.meant.why == why
    outcome = await found_by(question(acme))
    assert (outcome.kind, outcome.text) == ("answer", "Zebras eat grass.")
    standing = await db(standing_of, acme.pk)
    assert standing is not None
    assert (standing.asking_error, standing.is_complete) == (why, True)


async def test_a_silent_endpoint_costs_a_second_once_and_then_nothing(
    acme: Website, server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.mode = "hangs"
    began = time.monotonic()
    assert (await found_by(question(acme))).text == "Zebras eat grass."
    assert time.monotonic() - began < 2
    began = time.monotonic()
    assert (await found_by(question(acme))).text == "Zebras eat grass."
    assert time.monotonic() - began < 0.7
    standing = await db(standing_of, acme.pk)
    assert standing is not None
    assert standing.asking_error == "the embedding model did not answer within 1 s"
    server.mode = "well"
    monkeypatch.setattr(asking, "_rests", {})  # its rest is over
    asked = await with_meaning(question(acme))
    assert asked.meant is not None
    assert asked.meant.vectors
    standing = await db(standing_of, acme.pk)
    assert standing is not None
    assert standing.asking_error == ""


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "why"), FAILURES)
async def test_passages_wait_and_the_reason_is_kept(
    cast: Cast, server: EmbeddingServer, settings: Settings, mode: str, why: str
) -> None:
    await behave(mode, server, settings)
    await db(write_article, cast.acme, ArticleText("zebras", "Zebras", "Zebras eat grass."))
    await embed_passages(cast.acme.pk)
    standing = await db(standing_of, cast.acme.pk)
    assert standing is not None
    assert (standing.done, standing.error, standing.why_not) == (0, why, why)
    assert (await found_by(question(cast.acme))).text == "Zebras eat grass."


async def test_passages_of_another_dimension_are_not_mixed_in(acme: Website, server: EmbeddingServer) -> None:
    server.mode = "other_dimension"
    await db(write_article, acme, ArticleText("lions", "Lions", "Lions sleep."))
    await embed_passages(acme.pk)
    standing = await db(standing_of, acme.pk)
    assert standing is not None
    assert (standing.done, standing.total, standing.error) == (1, 2, OTHER)
    await db(index.forget_vectors)
    await embed_passages(acme.pk)
    standing = await db(standing_of, acme.pk)
    assert standing is not None
    assert (standing.is_complete, standing.dimension) == (True, 24)


@pytest.mark.parametrize("mode", ["429", "500"])
async def test_what_may_pass_is_tried_three_times_and_what_will_not_once(
    cast: Cast, server: EmbeddingServer, mode: str
) -> None:
    await db(write_article, cast.acme, ArticleText("zebras", "Zebras", "Zebras eat grass."))
    server.asked.clear()
    server.mode = mode
    await embed_passages(cast.acme.pk)
    assert len(server.asked) == 3
    server.asked.clear()
    server.mode = "401"
    await db(index.note_progress, cast.acme.pk)
    await embed_passages(cast.acme.pk)
    assert len(server.asked) == 1
