"""What a run has found and read so far, kept in the database: so another worker can go on where one was killed.

Each function is a unit of work for `foundation.db.db`. Those that change anything raise `Left` when the source was
deleted meanwhile.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from assistant.extraction.documents import Document
from assistant.ingestion.fetching import Fetched
from assistant.knowledge.articles import ArticleText, remove_article, write_article
from assistant.knowledge.sources import defer_reading
from assistant.models import Article, Source, SourcePage, Upload
from assistant.models.scope import WebsiteQuerySet

SAME_TEXT = "It has the same text as another page."
State = Source.State


class Left(Exception):
    """The source is no longer there, or no longer to be read."""


@dataclass(frozen=True, slots=True)
class Listed:
    """`urls` are to be read, of `total` that there are; `notice` says it if they are fewer."""

    urls: list[str]
    total: int
    notice: str = ""


def begin(source_id: int, website_id: int) -> Source | None:
    """The source with its run: a new one, or that which another worker began. None if there is nothing to do."""
    with transaction.atomic():
        source = Source.objects.for_website(website_id).select_for_update().filter(pk=source_id).first()
        if source is None or source.state not in (State.WAITING, State.RUNNING, State.LEAVING):
            return None
        if source.state == State.WAITING:
            source.state, source.run, source.notice = State.RUNNING, source.run + 1, ""
            source.found = source.done = source.skipped = 0
        source.moved_at = timezone.now()
        source.save()
        if source.kind in (Source.Kind.PAGE, Source.Kind.CRAWL) and source.state == State.RUNNING:
            _find(source, [source.url], depth=0)
    return source


def is_listed(source: Source) -> bool:
    """Whether this run knows already what there is to read."""
    return _pages(source).filter(found_in=source.run).exists()


def note_listed(source: Source, listed: Listed) -> None:
    with transaction.atomic():
        held = _held(source)
        _find(held, listed.urls, depth=0)
        held.notice = listed.notice[:300]
        held.save(update_fields=["notice"])


def next_page(source: Source) -> SourcePage | None:
    """Those nearest to the beginning first."""
    return _pages(source).filter(found_in=source.run, read_in__lt=source.run).order_by("depth", "id").first()


def store_page(
    source: Source, page: SourcePage, fetched: Fetched, document: Document, links: list[str], most_depth: int
) -> None:
    """What was read of a page becomes an article, or stays the one it is."""
    with transaction.atomic():
        source = _held(source)
        digest = hashlib.sha256(f"{fetched.url}\n{document.title}\n{document.text}".encode()).hexdigest()
        page.etag, page.last_modified, page.links = fetched.known.etag, fetched.known.last_modified, links
        page.problem, page.is_away = "", False
        if _is_told_by_another(source, page, document.text):
            _forget_article(page)
            page.problem = SAME_TEXT
        elif page.digest != digest or page.article_id is None:
            text = ArticleText(_slug(page), (document.title or page.url)[:200], document.text, fetched.url, kind="page")
            page.article, page.digest = write_article(source.website, text, source), digest
        if source.kind == Source.Kind.PAGE and document.title:
            Source.objects.for_website(source.website_id).filter(pk=source.pk).update(title=document.title)
        _note_read(source, page)
        _find(source, links, page.depth + 1, most_depth)


def keep_page(source: Source, page: SourcePage, most_depth: int) -> None:
    """Nothing has changed since the last run."""
    with transaction.atomic():
        source = _held(source)
        page.problem, page.is_away = "", False
        _note_read(source, page)
        _find(source, page.links, page.depth + 1, most_depth)


def skip_page(source: Source, page: SourcePage, problem: str, is_away: bool) -> None:
    """There is no text of it. What was read of it before stays if it is only away."""
    with transaction.atomic():
        source = _held(source)
        if not is_away:
            _forget_article(page)
        page.problem, page.is_away = problem[:300], is_away
        _note_read(source, page)


def finish(source: Source, error: str = "") -> None:
    """The run is over. Pages that it did not find leave, unless some could not be read: those may have led to them."""
    with transaction.atomic():
        held = _held(source)
        if not error:
            _remove_gone(held)
            error = "" if held.kind == Source.Kind.FILE else _only_problem(held)
        held.state, held.error = State.FAILED if error else State.READY, error[:300]
        held.moved_at = timezone.now()
        if not error:
            held.synced_at = held.moved_at
        held.save()


def go_on_later(source: Source) -> None:
    """Other sources' jobs come first now."""
    with transaction.atomic():
        defer_reading(_held(source))


def upload_of(source: Source) -> bytes | None:
    upload = Upload.objects.for_website(source.website_id).filter(source=source.pk).first()
    return bytes(upload.content) if upload else None


def store_file(source: Source, document: Document) -> None:
    with transaction.atomic():
        held = _held(source)
        text = ArticleText(f"source-{source.pk}", source.title, document.text, kind=Article.Kind.FILE)
        write_article(held.website, text, held)
        held.found = held.done = 1
        held.notice = document.notice
        held.save(update_fields=["found", "done", "notice"])
        _drop_upload(held)
        finish(held)


def refuse_file(source: Source, problem: str) -> None:
    with transaction.atomic():
        held = _held(source)
        held.found = held.skipped = 1
        held.save(update_fields=["found", "skipped"])
        _drop_upload(held)
        finish(held, problem)


def _held(source: Source) -> Source:
    """The source under lock, as it is now."""
    found = Source.objects.for_website(source.website_id).select_for_update().filter(pk=source.pk).first()
    if found is None or found.state != State.RUNNING or found.run != source.run:
        raise Left
    return found


def _pages(source: Source) -> WebsiteQuerySet[SourcePage]:
    return SourcePage.objects.for_website(source.website_id).filter(source=source.pk)


def _find(source: Source, urls: list[str], depth: int, most_depth: int = 0) -> None:
    """Note what is to be read; no more than a source may have, and nothing twice in a run."""
    if depth > most_depth and depth > 0:
        return
    known = dict(_pages(source).filter(url__in=urls).values_list("url", "found_in"))
    room = settings.KNOWLEDGE_PAGES - _pages(source).filter(found_in=source.run).count()
    new = [url for url in dict.fromkeys(urls) if known.get(url) != source.run]
    taken = new[: max(room, 0)]
    again = [url for url in taken if url in known]
    _pages(source).filter(url__in=again).update(found_in=source.run, depth=depth)
    SourcePage.objects.bulk_create(
        SourcePage(website_id=source.website_id, source=source, url=url, depth=depth, found_in=source.run)
        for url in taken
        if url not in known
    )
    if len(new) > len(taken) and not source.notice:
        source.notice = f"There are more pages: only the first {settings.KNOWLEDGE_PAGES} were read."
    _count(source)


def _note_read(source: Source, page: SourcePage) -> None:
    page.read_in = source.run
    page.save()
    _count(source)


def _count(source: Source) -> None:
    """How far the run is, for whoever watches."""
    read = Q(read_in=source.run)
    counts = (
        _pages(source)
        .filter(found_in=source.run)
        .aggregate(found=Count("id"), done=Count("id", read), skipped=Count("id", read & ~Q(problem="")))
    )
    source.found, source.done, source.skipped = counts["found"], counts["done"], counts["skipped"]
    source.moved_at = timezone.now()
    source.save(update_fields=["found", "done", "skipped", "notice", "moved_at"])


def _is_told_by_another(source: Source, page: SourcePage, text: str) -> bool:
    """In this run; so of two pages that swap their addresses none is lost."""
    read = _pages(source).filter(read_in=source.run, article__body=text, article__isnull=False)
    return read.exclude(pk=page.pk).exists()


def _remove_gone(source: Source) -> None:
    """Of a website only when every page could be loaded: one that is away may have led to others."""
    read = _pages(source).filter(found_in=source.run)
    if source.kind == Source.Kind.CRAWL and read.filter(is_away=True).exists():
        return
    gone = _pages(source).exclude(found_in=source.run)
    for page in gone.select_related("article"):
        _forget_article(page)
    gone.delete()


def _only_problem(source: Source) -> str:
    """Why nothing at all could be read, if nothing could."""
    mine = _pages(source).filter(found_in=source.run)
    if mine.filter(article__isnull=False).exists():
        first = mine.filter(depth=0).first()
        return first.problem if source.kind == Source.Kind.PAGE and first else ""
    first = mine.exclude(problem="").order_by("depth", "id").first()
    return first.problem if first else "There is nothing to read."


def _forget_article(page: SourcePage) -> None:
    if page.article is not None:
        remove_article(page.article)
    page.article, page.digest, page.etag, page.last_modified = None, "", "", ""


def _drop_upload(source: Source) -> None:
    Upload.objects.for_website(source.website_id).filter(source=source.pk).delete()


def _slug(page: SourcePage) -> str:
    return f"source-{page.source_id}-{hashlib.sha256(page.url.encode()).hexdigest()[:20]}"
