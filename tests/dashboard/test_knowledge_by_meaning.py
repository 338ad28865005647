"""What owners see of the embedding model: how far it is, why full-text search answers, cosines in the playground."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant.embeddings import asking, index
from assistant.embeddings.indexing import embed_passages
from assistant.knowledge.articles import ArticleText, write_article
from foundation.outgoing import close_http_clients
from tests.assistant.embedding_server import EmbeddingServer
from tests.assistant.websites import source_of
from tests.cast import Cast
from tests.clients.people import session_cookie
from tests.dashboard.accessibility import violations
from tests.dashboard.knowledge_pages import address
from tests.dashboard.reading import browser_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack, start_stack

ASKED = "What nourishment do stripy equids get?"


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as started:
        yield started


@pytest.fixture(autouse=True)
def embeddings(server: EmbeddingServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.AI_EMBEDDING_MODEL, settings.AI_EMBEDDING_BASE_URL = "meanings-1", server.url
    monkeypatch.setattr(index, "QUEUE", "nobody")
    monkeypatch.setattr(asking, "_rests", {})
    server.mode = "well"


@pytest.fixture
def ada(cast: Cast) -> Client:
    write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras eat grass."))
    return browser_of(cast.ada)


def embed(website: Website) -> None:
    """On a thread, since a browser's loop may run in this one."""

    async def embedded() -> None:
        try:
            await embed_passages(website.pk)
        finally:
            await close_http_clients()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(embedded())).result()


def overview(browser: Client, website: Website) -> str:
    return browser.get(address(website)).content.decode()


def test_without_a_model_nothing_is_said_of_it(ada: Client, cast: Cast, settings: Settings) -> None:
    settings.AI_EMBEDDING_MODEL = ""
    assert "data-meaning" not in overview(ada, cast.acme)
    assert ada.get(address(cast.acme, "meaning/")).json() == {"meaning": None}


def test_ada_sees_how_far_the_model_is(ada: Client, cast: Cast) -> None:
    assert "So far 0 of 1 passages have been given to the model meanings-1." in overview(ada, cast.acme)
    moving = ada.get(address(cast.acme, "meaning/")).json()["meaning"]
    assert (moving["done"], moving["total"], moving["is_moving"]) == (0, 1, True)
    embed(cast.acme)
    assert "Questions are matched by meaning, with the model meanings-1." in overview(ada, cast.acme)
    assert ada.get(address(cast.acme, "meaning/")).json()["meaning"]["is_moving"] is False


def test_ada_sees_why_full_text_search_answers_on_the_page_of_a_source_too(
    ada: Client, cast: Cast, server: EmbeddingServer
) -> None:
    server.mode = "401"
    embed(cast.acme)
    why = "The embedding endpoint refused its key (HTTP 401). 0 of 1 passages"
    assert why in overview(ada, cast.acme)
    source = source_of(cast.acme, "page", "https://acme.test/help", state="ready")
    assert why in ada.get(address(cast.acme, f"sources/{source.pk}/")).content.decode()


def test_only_those_who_look_after_acme_may_ask_how_far_it_is(cast: Cast) -> None:
    assert browser_of(cast.cleo).get(address(cast.acme, "meaning/")).status_code == 200
    refused = {browser_of(who).get(address(cast.acme, "meaning/")).status_code for who in (cast.mallory, cast.ben)} | {
        Client(headers={"host": "127.0.0.1:8000"}).get(address(cast.acme, "meaning/")).status_code
    }
    assert refused <= {302, 403, 404}


def ask(browser: Client, website: Website) -> str:
    return browser.post(f"/manage/{website.pk}/playground/", {"question": ASKED, "earlier": ""}).content.decode()


@pytest.mark.usefixtures("core")
def test_the_playground_shows_by_what_it_was_found_and_how_like_it_is(
    ada: Client, cast: Cast, server: EmbeddingServer
) -> None:
    said = ask(ada, cast.acme)
    assert "By full-text search, because 0 of 1 passages have been given to the embedding model so far." in said
    embed(cast.acme)
    said = ask(ada, cast.acme)
    assert "by the model <b>meanings-1</b>" in said
    assert '<th class="number">Cosine</th>' in said
    assert "It answers from a cosine of 0.475 on" in said
    assert "Zebras eat grass." in said
    server.mode = "500"
    said = ask(ada, cast.acme)
    assert "By full-text search, because the embedding endpoint refused the request (HTTP 500)." in said
    assert "Cosine" not in said


@pytest.fixture(scope="module")
def web(server: EmbeddingServer) -> Iterator[Stack]:
    """Its pages know of the model, too; the test itself is the worker."""
    model = {"AI_EMBEDDING_MODEL": "meanings-1", "AI_EMBEDDING_BASE_URL": server.url}
    with start_stack(model, worker=False, name="with-model") as started:
        yield started


@pytest.fixture
def session(web: Stack, ada: Client, cast: Cast) -> str:
    """Made before the browser is in use, since it needs the database."""
    return session_cookie(web, cast.ada)["Cookie"].partition("=")[2]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_ada_watches_it_without_a_reload_and_the_playground_shows_cosines(
    web: Stack, session: str, cast: Cast, pages: Pages, scheme: str
) -> None:
    page = pages(viewport={"width": 360, "height": 740} if scheme == "dark" else None, color_scheme=scheme)
    page.context.add_cookies([{"name": f"chat_session_{web.port}", "value": session, "url": web.url}])
    page.goto(f"{web.url}{address(cast.acme)}")
    standing = page.get_by_label("How passages are found")
    expect(standing).to_contain_text("So far 0 of 1 passages")
    assert violations(page) == []
    embed(cast.acme)
    expect(standing).to_contain_text("Questions are matched by meaning")
    expect(standing.locator("progress")).to_be_hidden()
    page.goto(f"{web.url}/manage/{cast.acme.pk}/playground/")
    page.get_by_label("question").first.fill(ASKED)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("td[data-label=Cosine]")).to_contain_text("0.999")
    assert violations(page) == []
