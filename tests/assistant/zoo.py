"""A zoo's website that is read as the worker's job reads it, and what came of that."""

from __future__ import annotations

from accounts.models import Website
from assistant.ingestion.reading import read_source
from assistant.models import Article, Source, SourcePage
from foundation.db import db
from tests.assistant.websites import page, source_of
from tests.cast import Cast

ZEBRAS = page("Zebras", "Zebras have stripes, and no two of them are alike.")
LIONS = page("Lions", "Lions sleep for twenty hours a day.")
State = Source.State


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
