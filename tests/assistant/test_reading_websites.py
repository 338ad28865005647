"""Sitemaps and whole websites become knowledge page by page, within what their robots.txt allows."""

from __future__ import annotations

import gzip

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from assistant.ingestion import reading
from assistant.ingestion.reading import read_source
from assistant.models import Source, SourcePage
from foundation.db import db
from tests.assistant.websites import (
    Handler,
    OutsideWebsite,
    page,
    sitemap,
)
from tests.assistant.zoo import LIONS, ZEBRAS, made, problems, read, titles
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("read_to_the_end")


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


@pytest.mark.slow
async def test_a_sitemap_that_cannot_be_read_takes_nothing_away(zoo: OutsideWebsite, cast: Cast) -> None:
    zoo.pages |= {"/zebras": ZEBRAS, "/sitemap.xml": sitemap(zoo.url("/zebras"))}
    source = await read(await made(cast, "sitemap", zoo.url("/sitemap.xml")))
    zoo.pages["/sitemap.xml"] = "<html>We are being rebuilt"
    source = await read(source)
    assert (source.state, source.error) == ("failed", "This is not a sitemap: it cannot be read as one.")
    assert await titles(cast.acme) == ["Zebras"]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
