"""Web pages, sitemaps and whole websites become knowledge, and stay what they are on the web."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant.ingestion import reading
from assistant.ingestion.reading import read_source
from assistant.models import Article, Source, SourcePage
from assistant.retrieval import find_passages
from foundation.db import db
from tests.assistant.websites import (
    Handler,
    OutsideWebsite,
    endless,
    page,
    redirect_to,
    sitemap,
    slow_drip,
    source_of,
)
from tests.cast import Cast

ZEBRAS = page("Zebras", "Zebras have stripes, and no two of them are alike.")
LIONS = page("Lions", "Lions sleep for twenty hours a day.")
State = Source.State


@pytest.fixture
def zoo() -> Iterator[OutsideWebsite]:
    with OutsideWebsite() as site:
        yield site


@pytest.fixture(autouse=True)
def to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No job is left to a worker that runs beside this test."""
    monkeypatch.setattr(reading, "SLICE", 100.0)


async def read(source: Source) -> Source:
    """As the job does it; what is there to be read again counts as waiting."""
    await db(Source.objects.for_system().filter(pk=source.pk).update, state=State.WAITING)
    await read_source(source.pk, source.website_id)
    return await db(Source.objects.for_system().get, pk=source.pk)


async def titles(website: Website) -> list[str]:
    return await db(lambda: sorted(Article.objects.for_website(website.pk).values_list("title", flat=True)))


async def problems(source: Source) -> dict[str, str]:
    pages = SourcePage.objects.for_system().filter(source=source.pk).exclude(problem="")
    return await db(lambda: {one.url.rpartition("/")[2]: one.problem for one in pages})


async def made(cast: Cast, kind: str, url: str) -> Source:
    return await db(source_of, cast.acme, kind, url)


# --- a page ---


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


async def test_what_acme_has_read_globex_does_not_know(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/zebras"] = ZEBRAS
    await read(await made(cast, "page", zoo.url("/zebras")))
    assert await db(find_passages, cast.globex, "Are two zebras alike?") == []
    assert await titles(cast.globex) == []


async def test_a_source_is_not_read_for_a_website_that_it_does_not_belong_to(zoo: OutsideWebsite, cast: Cast) -> None:
    source = await made(cast, "page", zoo.url("/zebras"))
    await read_source(source.pk, cast.globex.pk)
    assert zoo.asked == []


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


# --- a sitemap ---


async def test_a_sitemap_is_read_page_by_page_and_what_leaves_it_is_forgotten(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/zebras": ZEBRAS, "/lions": LIONS}
    zoo.pages["/sitemap.xml"] = sitemap(zoo.url("/zebras"), zoo.url("/lions"), zoo.url("/gone"))
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    assert (source.state, source.found, source.done, source.skipped) == ("ready", 3, 3, 1)
    assert await titles(cast.acme) == ["Lions", "Zebras"]
    assert await problems(source) == {"gone": "The page is not there (status 404)."}
    zoo.pages["/sitemap.xml"] = sitemap(zoo.url("/lions"))
    source = await read(source)
    assert (source.found, await titles(cast.acme)) == (1, ["Lions"])
    assert await db(SourcePage.objects.for_website(cast.acme.pk).count) == 1


async def test_a_sitemap_that_cannot_be_read_takes_nothing_away(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/zebras": ZEBRAS, "/sitemap.xml": sitemap(zoo.url("/zebras"))}
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    zoo.pages["/sitemap.xml"] = "<html>We are being rebuilt"
    source = await read(source)
    assert (source.state, source.error) == ("failed", "This is not a sitemap: it cannot be read as one.")
    assert await titles(cast.acme) == ["Zebras"]


async def test_of_ten_thousand_pages_the_first_are_read_and_that_is_said(
    zoo: OutsideWebsite, cast: Cast, settings: Settings
) -> None:
    settings.KNOWLEDGE_PAGES = 5
    urls = [zoo.url(f"/{number}") for number in range(10_000)]
    zoo.pages |= {f"/{number}": page(f"Page {number}", f"This is page {number}.") for number in range(10_000)}
    zoo.pages["/sitemap.xml"] = sitemap(*urls)
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    assert source.notice == "10\u202f000 pages in the sitemap: the first 5 were read."
    assert (source.state, source.found, source.done) == ("ready", 5, 5)
    assert await titles(cast.acme) == [f"Page {number}" for number in range(5)]
    assert len(zoo.asked) == 7  # the robots.txt and the sitemap, too


async def test_an_index_leads_to_sitemaps_packed_ones_too_but_not_to_other_websites(
    zoo: OutsideWebsite, cast: Cast
) -> None:
    zoo.pages |= {"/zebras": ZEBRAS, "/lions": LIONS}
    packed = gzip.compress(sitemap(zoo.url("/lions"), "https://elsewhere.test/tigers").encode())
    zoo.pages["/one.xml"] = sitemap(zoo.url("/zebras"))
    zoo.pages["/two.xml.gz"] = lambda request: request.reply(packed, kind="application/gzip")
    listed = "".join(f"<sitemap><loc>{zoo.url(path)}</loc></sitemap>" for path in ("/one.xml", "/two.xml.gz"))
    zoo.pages["/sitemap.xml"] = f"<sitemapindex>{listed}</sitemapindex>"
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    assert await titles(cast.acme) == ["Lions", "Zebras"]
    assert source.notice == "1 addresses of other websites were left out."


async def test_no_entity_of_a_sitemap_is_expanded(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/sitemap.xml"] = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]><urlset>'
        f"<url><loc>{zoo.url('/')}&file;</loc></url><url><loc>{zoo.url('/zebras')}</loc></url></urlset>"
    )
    zoo.pages |= {"/zebras": ZEBRAS, "/": page("The zoo", "Welcome to all our animals.")}
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    assert (source.found, await titles(cast.acme)) == (2, ["The zoo", "Zebras"])
    bombs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    zoo.pages["/sitemap.xml"] = f"<!DOCTYPE x [{bombs}]><urlset><url><loc>&a9;</loc></url></urlset>"
    source = await read(source)
    assert (source.state, source.error) == ("failed", "This is not a sitemap: it cannot be read as one.")


# --- a whole website ---


async def test_a_website_is_read_along_its_links_and_stays_on_its_host(zoo: OutsideWebsite, cast: Cast) -> None:
    other = "http://127.0.0.1:9/elsewhere"
    zoo.pages["/"] = page(
        "The zoo", "Welcome to all our animals.", "/zebras#top", "/lions?utm_source=x", "/map.jpg", other
    )
    zoo.pages |= {"/zebras": page("Zebras", "Zebras have stripes.", "/", "/foals"), "/lions": LIONS}
    zoo.pages["/foals"] = page("Foals", "Foals can run within an hour.")
    source = await read(await made(cast, "crawl", zoo.url("/")))
    assert await titles(cast.acme) == ["Foals", "Lions", "The zoo", "Zebras"]
    assert (source.state, source.found) == ("ready", 5)  # with /login, which is not there
    assert all(zoo.times_asked(path) == 1 for path in ("/", "/zebras", "/lions", "/foals", "/robots.txt"))


async def test_a_long_reading_makes_way_for_others_and_goes_on(
    zoo: OutsideWebsite, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SLICE", -1.0)  # over before the first page
    monkeypatch.setattr("assistant.knowledge.sources.QUEUE", "nobody")
    zoo.pages |= {"/zebras": ZEBRAS, "/lions": LIONS}
    zoo.pages["/sitemap.xml"] = sitemap(zoo.url("/zebras"), zoo.url("/lions"))
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    jobs = ProcrastinateJob.objects.filter(args__source_id=source.pk, status="todo")
    assert (source.state, source.done, await db(jobs.count)) == ("running", 0, 1)
    monkeypatch.setattr(reading, "SLICE", 100.0)
    await read_source(source.pk, cast.acme.pk)
    source = await db(Source.objects.for_system().get, pk=source.pk)
    assert (source.state, source.run, source.done) == ("ready", 1, 2)
    assert zoo.times_asked("/sitemap.xml") == 1


async def test_when_nothing_has_changed_the_links_are_still_known(zoo: OutsideWebsite, cast: Cast) -> None:
    def unchanged(request: Handler) -> None:
        if request.headers["If-None-Match"]:
            request.reply("", status=304)
        else:
            request.reply(page("The zoo", "Welcome to all our animals.", "/zebras"), ETag='"1"')

    zoo.pages |= {"/": unchanged, "/zebras": ZEBRAS}
    source = await read(await made(cast, "crawl", zoo.url("/")))
    source = await read(source)
    assert await titles(cast.acme) == ["The zoo", "Zebras"]


async def test_a_page_nobody_links_to_any_more_leaves_but_not_while_another_is_away(
    zoo: OutsideWebsite, cast: Cast
) -> None:
    zoo.pages |= {"/": page("The zoo", "All our animals.", "/zebras", "/lions"), "/zebras": ZEBRAS}
    zoo.pages["/lions"] = page("Lions", "Lions sleep.", "/cubs")
    zoo.pages["/cubs"] = page("Cubs", "Cubs have spots.")
    source = await read(await made(cast, "crawl", zoo.url("/")))
    zoo.pages["/lions"] = lambda request: request.reply("", status=500)
    await read(source)
    assert await titles(cast.acme) == ["Cubs", "Lions", "The zoo", "Zebras"]
    zoo.pages["/lions"] = LIONS
    await read(source)
    assert await titles(cast.acme) == ["Lions", "The zoo", "Zebras"]


async def test_two_addresses_of_the_same_text_are_one_article(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/": page("The zoo", "All our animals.", "/zebras", "/zebras?session=1")}
    zoo.pages |= {"/zebras": ZEBRAS, "/zebras?session=1": ZEBRAS}
    source = await read(await made(cast, "crawl", zoo.url("/")))
    assert await titles(cast.acme) == ["The zoo", "Zebras"]
    assert (await problems(source))["zebras?session=1"] == "It has the same text as another page."


async def test_a_website_without_end_is_read_as_far_as_it_may_be(
    zoo: OutsideWebsite, cast: Cast, settings: Settings
) -> None:
    settings.KNOWLEDGE_PAGES = 4
    for number in range(30):
        links = (f"/{number + 1}", f"/{number + 2}", f"/{number + 3}")
        zoo.pages[f"/{number}"] = page(f"Day {number}", f"The calendar of day {number}.", *links)
    source = await read(await made(cast, "crawl", zoo.url("/0")))
    assert (source.state, source.found, source.done) == ("ready", 4, 4)
    assert source.notice == "There are more pages: only the first 4 were read."


# --- what robots.txt says ---


async def test_robots_txt_is_obeyed_and_said(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/robots.txt"] = "User-agent: *\nDisallow: /lions\nDisallow: /*.pdf$\n"
    zoo.pages |= {"/": page("The zoo", "All our animals.", "/zebras", "/lions", "/a.pdf"), "/zebras": ZEBRAS}
    zoo.pages["/lions"] = LIONS
    source = await read(await made(cast, "crawl", zoo.url("/")))
    assert await titles(cast.acme) == ["The zoo", "Zebras"]
    assert (await problems(source))["lions"] == "The robots.txt of 127.0.0.1 does not allow it."
    assert zoo.times_asked("/lions") == zoo.times_asked("/a.pdf") == 0


async def test_a_page_that_robots_txt_forbids_is_refused_with_the_reason(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/robots.txt": "User-agent: ChatPlatformBot\nDisallow: /\n", "/zebras": ZEBRAS}
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    assert (source.state, source.error) == ("failed", "The robots.txt of 127.0.0.1 does not allow it.")
    assert zoo.times_asked("/zebras") == 0


async def test_while_a_server_cannot_say_what_it_allows_it_is_left_alone(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/robots.txt": lambda request: request.reply("", status=503), "/zebras": ZEBRAS}
    source = await read(await made(cast, "page", zoo.url("/zebras")))
    assert (source.state, zoo.times_asked("/zebras")) == ("failed", 0)


# --- what is hostile, or broken ---


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


@pytest.mark.parametrize("declared", ["text/html; charset=iso-8859-1", "text/html", "text/html; charset=nonsense"])
async def test_umlauts_survive_whatever_the_server_declares(zoo: OutsideWebsite, cast: Cast, declared: str) -> None:
    german = "Größe und Maße der Bären: überall grüne Wiesen, schöne Hügel und süße Früchte für Löwen."
    content = page("Bären", german).encode("iso-8859-1")
    zoo.pages["/bears"] = lambda request: request.reply(content, kind=declared)
    await read(await made(cast, "page", zoo.url("/bears")))
    assert german in (await db(Article.objects.for_website(cast.acme.pk).get)).body


async def test_deep_nesting_hangs_nobody(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages["/deep"] = "<html><body>" + "<div>" * 200_000 + "<p>hello</p></body></html>"
    assert (await read(await made(cast, "page", zoo.url("/deep")))).state in ("failed", "ready")
