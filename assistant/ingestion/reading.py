"""The job that reads a source: begins or goes on, for a slice of time, and leaves the rest to the next job."""

from __future__ import annotations

import asyncio
import time

from django.conf import settings

from assistant.extraction.documents import Unreadable
from assistant.ingestion import frontier
from assistant.ingestion.addresses import pages_of, site_of
from assistant.ingestion.extractor import Extractor
from assistant.ingestion.fetching import Fetched, Fetcher, Known, NotFetched
from assistant.ingestion.listing import list_sitemap
from assistant.ingestion.robots import Robots
from assistant.knowledge.sources import take_away
from assistant.models import Source, SourcePage
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
SLICE = 20.0  # seconds that one source may hold a place in the queue
MOST_DEPTH = 5  # links away from where a crawl begins
REMOVED_AT_ONCE = 50  # articles
READABLE = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf")


async def read_source(source_id: int, website_id: int) -> None:
    source = await db(frontier.begin, source_id, website_id)
    if source is None:
        return
    try:
        if source.state == Source.State.LEAVING:
            await _take_away(source)
        elif source.kind == Source.Kind.FILE:
            await _read_file(source)
        else:
            await _read_pages(source)
    except frontier.Left:
        logger.info("[KNOWLEDGE] a source left while it was read", source=source_id)


async def _take_away(source: Source) -> None:
    is_over = False
    while not is_over:
        is_over = await db(take_away, source, REMOVED_AT_ONCE)


async def _read_file(source: Source) -> None:
    content = await db(frontier.upload_of, source)
    if content is None:
        return await db(frontier.refuse_file, source, "The file is no longer there: upload it again.")
    try:
        async with Extractor() as extractor:
            document = await extractor.read(content)
    except Unreadable as why:
        return await db(frontier.refuse_file, source, str(why))
    return await db(frontier.store_file, source, document)


async def _read_pages(source: Source) -> None:
    async with Fetcher() as fetcher, Extractor() as extractor:
        visit = Visit(source, fetcher, extractor)
        try:
            if not await db(frontier.is_listed, source):
                await db(frontier.note_listed, source, await list_sitemap(source.url, fetcher, extractor, visit.robots))
            is_over = await visit.go_on(time.monotonic() + SLICE)
        except (NotFetched, Unreadable) as why:
            return await db(frontier.finish, source, str(why))
    return await db(frontier.finish, source) if is_over else await db(frontier.go_on_later, source)


class Visit:
    """To the pages of a source, politely: one after the other, with a pause between them."""

    def __init__(self, source: Source, fetcher: Fetcher, extractor: Extractor) -> None:
        self.source, self.fetcher, self.extractor = source, fetcher, extractor
        self.robots = Robots(fetcher)
        self.most_depth = MOST_DEPTH if source.kind == Source.Kind.CRAWL else 0

    async def go_on(self, deadline: float) -> bool:
        """Until the deadline; whether everything has been read by then."""
        while True:
            page = await db(frontier.next_page, self.source)
            if page is None:
                return True
            if time.monotonic() > deadline:
                return False
            await self._read(page)
            if page.url != self.source.url:
                await asyncio.sleep(max(settings.KNOWLEDGE_PAUSE_SECONDS, await self._pause(page.url)))

    async def _pause(self, url: str) -> float:
        try:
            return await self.robots.pause(url)
        except NotFetched:  # the page has said so already; others of the source may be on a host that answers
            return 0.0

    async def _read(self, page: SourcePage) -> None:
        try:
            fetched = await self._fetch(page)
            if fetched.is_unchanged:
                return await db(frontier.keep_page, self.source, page, self.most_depth)
            if fetched.type not in READABLE:
                raise Unreadable(f"It is no text that can be read ({fetched.type}).")
            document = await self.extractor.read(fetched.content, url=fetched.url, charset=fetched.charset)
        except Refused as why:
            return await db(frontier.skip_page, self.source, page, str(why), False)
        except NotFetched as why:
            return await db(frontier.skip_page, self.source, page, str(why), not why.is_gone)
        except Unreadable as why:
            return await db(frontier.skip_page, self.source, page, str(why), False)
        links = pages_of(document.links, site_of(self.source.url)) if self.most_depth else []
        return await db(frontier.store_page, self.source, page, fetched, document, links, self.most_depth)

    async def _fetch(self, page: SourcePage) -> Fetched:
        refused = await self.robots.refusal(page.url)
        if refused:
            raise Refused(refused)
        # What has no text yet is to be looked at again, even if it has not changed.
        known = Known(page.etag, page.last_modified) if page.article_id else Known()
        fetched = await self.fetcher.fetch(page.url, known, may_visit=self._may_lead_to)
        if fetched.url != page.url and await self.robots.refusal(fetched.url):
            raise Refused(await self.robots.refusal(fetched.url))
        return fetched

    def _may_lead_to(self, url: str) -> str:
        """A single page may have moved anywhere; those of a website belong to it."""
        is_elsewhere = self.source.kind != Source.Kind.PAGE and site_of(url) != site_of(self.source.url)
        return f"It leads to another website, {site_of(url)}." if is_elsewhere else ""


class Refused(Exception):
    """By the robots.txt."""
