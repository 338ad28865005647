"""What is hostile, broken or endless is refused or cut off, and its source says why."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from assistant.models import Article
from foundation.db import db
from tests.assistant.websites import (
    Handler,
    OutsideWebsite,
    endless,
    page,
    redirect_to,
    slow_drip,
)
from tests.assistant.zoo import LIONS, ZEBRAS, made, read, titles
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("read_to_the_end")


PRIVATE = "It leads to an address that is not on the public internet."


async def test_a_redirect_to_a_private_address_is_refused_before_it_is_made(zoo: OutsideWebsite, cast: Cast) -> None:
    with OutsideWebsite({"/secret": LIONS}) as inside:
        for host in ("localhost", "127.0.0.2", "169.254.169.254", "[::ffff:127.0.0.3]", "2130706434"):
            zoo.pages["/zebras"] = redirect_to(inside.url("/secret", host))
            source = await read(await made(cast, "page", zoo.url(f"/zebras?{host}")))
            zoo.pages[f"/zebras?{host}"] = zoo.pages["/zebras"]
            source = await read(source)
            assert (source.state, source.error) == ("failed", PRIVATE), host
        assert inside.asked == []
    assert await titles(cast.acme) == []


async def test_a_private_address_is_not_read_unless_the_operator_named_its_host(
    zoo: OutsideWebsite, cast: Cast, settings: Settings
) -> None:
    settings.KNOWLEDGE_PRIVATE_HOSTS = []
    zoo.pages["/zebras"] = ZEBRAS
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    assert (source.error, zoo.asked) == (PRIVATE, [])
    settings.KNOWLEDGE_PRIVATE_HOSTS = [zoo.url().split("/")[2]]
    assert (await read(source)).state == "ready"


async def test_a_page_may_move_but_not_for_ever(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/old": redirect_to("/zebras", 301), "/zebras": ZEBRAS, "/loop": redirect_to("/loop")}
    assert (await read(await made(cast, "page", zoo.url("/old")))).state == "ready"
    assert (await db(Article.objects.for_website(cast.acme.pk).get)).url == zoo.url("/zebras")
    source = await read(await made(cast, "page", zoo.url("/loop")))
    assert source.error == "It redirects more than 5 times."


async def test_an_endless_page_is_cut_off(zoo: OutsideWebsite, cast: Cast, settings: Settings) -> None:
    settings.KNOWLEDGE_PAGE_MEGABYTES = 1
    zoo.pages["/endless"] = endless
    source = await read(await made(cast, "page", zoo.url("/endless")))
    assert (source.state, source.error) == ("failed", "It is larger than 1 MB.")


async def test_a_page_that_only_drips_is_given_up(zoo: OutsideWebsite, cast: Cast, settings: Settings) -> None:
    settings.KNOWLEDGE_FETCH_SECONDS = 0.5
    zoo.pages["/slow"] = slow_drip
    source = await read(await made(cast, "page", zoo.url("/slow")))
    assert (source.state, source.error) == ("failed", "It took more than 0.5 seconds to load.")


@pytest.mark.slow
async def test_a_bomb_does_not_go_off(zoo: OutsideWebsite, cast: Cast) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    zoo.pages["/page"] = lambda request: request.reply(bomb, Content_Encoding="gzip")
    zoo.pages["/sitemap.xml.gz"] = lambda request: request.reply(bomb, kind="application/gzip")
    zoo.pages["/nested"] = lambda request: request.reply(gzip.compress(bomb), Content_Encoding="gzip, gzip")
    source = await read(await made(cast, "page", zoo.url("/page")))
    assert source.error == "It is larger than 5 MB."
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml.gz")))
    assert source.error == "Unpacked it is larger than 50 MB."
    source = await read(await made(cast, "page", zoo.url("/nested")))
    assert source.error.startswith("Its compression is not one that we asked for")


@pytest.mark.slow
async def test_what_is_no_text_is_refused_by_what_it_is(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/video"] = lambda request: request.reply(b"\0" * 99, kind="video/mp4")
    zoo.pages["/lie"] = lambda request: request.reply(b"\x89PNG\r\n\x1a\n" + bytes(99))
    zoo.pages["/empty"] = ""
    zoo.pages["/script"] = "<html><body><div id=app></div><script>draw()</script></body></html>"
    for path, reason in {
        "/video": "It is no text that can be read (video/mp4).",
        "/lie": "This is a picture.",
        "/empty": "There is nothing in it.",
        "/script": "No text was found on it. Pages that only a script fills cannot be read.",
    }.items():
        assert (await read(await made(cast, "page", zoo.url(path)))).error == reason


async def test_a_server_that_is_not_there_is_named(cast: Cast) -> None:
    source = await read(await made(cast, "page", "http://127.0.0.1:9/"))
    assert (source.state, source.error) == ("failed", "No server answers at 127.0.0.1.")


@pytest.mark.slow
@pytest.mark.parametrize("declared", ["text/html; charset=iso-8859-1", "text/html", "text/html; charset=nonsense"])
async def test_umlauts_survive_whatever_the_server_declares(zoo: OutsideWebsite, cast: Cast, declared: str) -> None:
    german = "Größe und Maße der Bären: überall grüne Wiesen, schöne Hügel und süße Früchte für Löwen."
    content = page("Bären", german).encode("iso-8859-1")
    zoo.pages["/bears"] = lambda request: request.reply(content, kind=declared)
    await read(await made(cast, "page", zoo.url("/bears")))
    assert german in (await db(Article.objects.for_website(cast.acme.pk).get)).body


@pytest.mark.slow
async def test_nonsense_of_one_page_is_its_own_and_the_others_are_read(zoo: OutsideWebsite, cast: Cast) -> None:
    secure = zoo.url("/old").replace("http://", "https://")  # where nothing answers
    zoo.pages |= {"/": page("The zoo", "All our animals.", secure, "/bad", "/zebras"), "/zebras": ZEBRAS}
    zoo.pages["/bad"] = redirect_to("http://[")
    source = await read(await made(cast, "crawl", zoo.url("/")))
    assert source.state == "ready"
    assert await titles(cast.acme) == ["The zoo", "Zebras"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
async def test_a_mark_of_a_version_in_odd_letters_is_no_reason_to_fail(
    zoo: OutsideWebsite, cast: Cast, name: str
) -> None:
    def answer(request: Handler) -> None:
        odd: dict[str, Any] = {name: '"d\u00e9c"'}
        request.reply(ZEBRAS, **odd)

    zoo.pages["/zebras"] = answer
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    assert (await read(source)).state == "ready"


@pytest.mark.slow
async def test_deep_nesting_hangs_nobody(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/deep"] = "<html><body>" + "<div>" * 200_000 + "<p>hello</p></body></html>"
    assert (await read(await made(cast, "page", zoo.url("/deep")))).state in ("failed", "ready")
