"""A web page becomes knowledge, and stays what it is on the web."""

from __future__ import annotations

import pytest

from assistant.ingestion.reading import read_source
from assistant.models import Article
from assistant.retrieval import find_passages
from foundation.db import db
from tests.assistant.websites import (
    Handler,
    OutsideWebsite,
    page,
)
from tests.assistant.zoo import ZEBRAS, made, read, titles
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("read_to_the_end")


async def test_a_page_becomes_an_article_without_its_menus_and_is_found_with_its_address(
    zoo: OutsideWebsite, cast: Cast
) -> None:
    zoo.pages["/zebras"] = ZEBRAS
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    assert (source.state, source.found, source.done, source.skipped, source.error) == ("ready", 1, 1, 0, "")
    found = await db(find_passages, cast.acme, "Are two zebras alike?")
    assert (found[0].title, found[0].url) == ("Zebras", zoo.url("/zebras"))
    assert "Log in" not in found[0].body
    assert "rights reserved" not in found[0].body


@pytest.mark.slow
async def test_what_acme_has_read_globex_does_not_know(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/zebras"] = ZEBRAS
    await read(await made(cast, "page", zoo.url("/zebras")))
    assert await db(find_passages, cast.globex, "Are two zebras alike?") == []
    assert await titles(cast.globex) == []


async def test_a_source_is_not_read_for_a_website_that_it_does_not_belong_to(zoo: OutsideWebsite, cast: Cast) -> None:
    source = await made(cast, "page", zoo.url("/zebras"))
    await read_source(source.pk, cast.globex.pk)
    assert zoo.asked == []


@pytest.mark.slow
async def test_an_unchanged_page_is_asked_for_by_its_etag_and_left_as_it_is(zoo: OutsideWebsite, cast: Cast) -> None:
    def with_etag(request: Handler) -> None:
        if request.headers["If-None-Match"] == '"one"':
            request.reply("", status=304)
        else:
            request.reply(ZEBRAS, ETag='"one"', Last_Modified="Sat, 21 Nov 2026 00:00:00 GMT")

    zoo.pages["/zebras"] = with_etag
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    written = await db(Article.objects.for_website(cast.acme.pk).get)
    source = await read(source)
    again = await db(Article.objects.for_website(cast.acme.pk).get)
    assert (source.state, source.run, again.updated_at) == ("ready", 2, written.updated_at)
    assert zoo.asked[-1][1]["If-Modified-Since"] == "Sat, 21 Nov 2026 00:00:00 GMT"


@pytest.mark.slow
async def test_without_an_etag_the_same_text_is_not_written_again_but_another_is(
    zoo: OutsideWebsite, cast: Cast
) -> None:
    zoo.pages["/zebras"] = ZEBRAS
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    written = await db(Article.objects.for_website(cast.acme.pk).get)
    await read(source)
    assert (await db(Article.objects.for_website(cast.acme.pk).get)).updated_at == written.updated_at
    zoo.pages["/zebras"] = page("Zebras", "Zebras bark when they are afraid.")
    await read(source)
    assert "bark" in (await db(Article.objects.for_website(cast.acme.pk).get)).body


@pytest.mark.slow
@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_leaves(zoo: OutsideWebsite, cast: Cast, status: int) -> None:
    zoo.pages["/zebras"] = ZEBRAS
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    zoo.pages["/zebras"] = lambda request: request.reply("", status=status)
    source = await read(source)
    assert (source.state, source.error) == ("failed", f"The page is not there (status {status}).")
    assert await titles(cast.acme) == []
    assert await db(find_passages, cast.acme, "zebras") == []


async def test_a_page_that_is_only_away_stays_and_says_so(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/zebras"] = ZEBRAS
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    zoo.pages["/zebras"] = lambda request: request.reply("", status=503)
    source = await read(source)
    assert (source.state, source.error) == ("failed", "The server answered with status 503.")
    assert await titles(cast.acme) == ["Zebras"]


async def test_a_page_without_a_title_is_named_by_its_address_however_long(zoo: OutsideWebsite, cast: Cast) -> None:
    path = f"/{'zebra-' * 100}"
    zoo.pages[path] = "<html><body><p>Zebras have stripes, and no two of them are alike.</p></body></html>"
    source = await read(await made(cast, "page", zoo.url(path)))
    assert source.state == "ready"
    assert await titles(cast.acme) == [zoo.url(path)[:200]]
