"""The pages that a sitemap names, with those of the sitemaps it leads to."""

from __future__ import annotations

from django.conf import settings

from assistant.extraction.documents import Document
from assistant.ingestion.addresses import normal, site_of
from assistant.ingestion.extractor import Extractor
from assistant.ingestion.fetching import Fetcher, NotFetched, gunzipped
from assistant.ingestion.frontier import Listed
from assistant.ingestion.robots import Robots

MOST_SITEMAPS = 20
MOST_MEGABYTES = 10.0  # as it comes, and five times that unpacked
UNPACKED = 5
GZIP = b"\x1f\x8b"


async def list_sitemap(url: str, fetcher: Fetcher, extractor: Extractor, robots: Robots) -> Listed:
    """Raises NotFetched or Unreadable if the sitemap, or one that it leads to, cannot be read."""
    urls: dict[str, None] = {}
    total, elsewhere, more = 0, 0, False
    waiting, seen = [url], {url}
    while waiting and len(seen) <= MOST_SITEMAPS:
        document = await _read(waiting.pop(0), fetcher, extractor, robots)
        total += len(document.pages)
        for found in map(normal, document.pages):
            if found is None or site_of(found) != site_of(url):
                elsewhere += 1
            elif len(urls) < settings.KNOWLEDGE_PAGES:
                urls.setdefault(found)
        new = [one for one in map(normal, document.sitemaps) if one and one not in seen]
        inside = [one for one in new if site_of(one) == site_of(url)][: MOST_SITEMAPS - len(seen)]
        more = more or len(inside) < len(new)
        waiting += inside
        seen.update(inside)
    return Listed(list(urls), total, _notice(len(urls), total - elsewhere, elsewhere, more))


async def _read(url: str, fetcher: Fetcher, extractor: Extractor, robots: Robots) -> Document:
    refused = await robots.refusal(url)
    if refused:
        raise NotFetched(refused)
    fetched = await fetcher.fetch(url, megabytes=MOST_MEGABYTES)
    content = fetched.content
    if content.startswith(GZIP):
        content = gunzipped(content, MOST_MEGABYTES * UNPACKED)
    return await extractor.read(content, kind="sitemap")


def _notice(taken: int, total: int, elsewhere: int, more: bool) -> str:
    said = []
    if total > taken >= settings.KNOWLEDGE_PAGES:
        said.append(f"{total:,} pages in the sitemap: the first {taken:,} were read.".replace(",", "\u202f"))
    if elsewhere:
        said.append(f"{elsewhere} addresses of other websites were left out.")
    if more:
        said.append(f"Only the first {MOST_SITEMAPS} sitemaps that it leads to were read.")
    return " ".join(said)
