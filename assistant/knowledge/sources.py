"""The doors of sources: add one, have it read again, delete it. The job is deferred in the same transaction."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Website
from assistant.knowledge.articles import remove_article
from assistant.models import Article, Passage, Source, Upload
from audit.recording import record
from foundation.db import db

TASK, QUEUE = "assistant.read_source", "default"
FORGOTTEN = timedelta(minutes=10)  # without a job and without a move: whatever should have happened does not
BROKE_OFF = "The reading broke off. Have it read again."
State = Source.State


class SourceRefused(Exception):
    """The message says why, for the owner."""


def add_source(website: Website, kind: str, url: str, title: str = "", daily: bool = True) -> Source:
    """An address to be read. Raises SourceRefused."""
    shown = title or url.partition("://")[2].rstrip("/")
    return _add(Source(website=website, kind=kind, url=url, title=shown[:200], daily=daily))


def add_file(website: Website, title: str, content: bytes) -> Source:
    """An uploaded file to be read. Raises SourceRefused."""
    return _add(Source(website=website, kind=Source.Kind.FILE, title=title[:200], daily=False), content)


def _add(source: Source, content: bytes | None = None) -> Source:
    known = Source.objects.for_website(source.website_id).exclude(state=State.LEAVING)
    if known.count() >= settings.KNOWLEDGE_SOURCES:
        raise SourceRefused(f"A website can have {settings.KNOWLEDGE_SOURCES} sources. Delete one first.")
    try:
        with transaction.atomic():
            source.save()
            if content is not None:
                Upload.objects.create(source=source, website_id=source.website_id, content=content)
            defer_reading(source)
            record("source.added", source, kind=source.kind)
    except IntegrityError:
        raise SourceRefused("This address is a source already.") from None
    return source


def read_again(source: Source) -> bool:
    """Whether it will be: not while it is being read, and a file has nothing new to say."""
    with transaction.atomic():
        found = Source.objects.for_website(source.website_id).select_for_update().filter(pk=source.pk).first()
        if found is None or found.kind == Source.Kind.FILE or found.state not in (State.READY, State.FAILED):
            return False
        found.state, found.moved_at = State.WAITING, timezone.now()
        found.save(update_fields=["state", "moved_at"])
        record("source.read_again", found, only_if_asked=True)
        defer_reading(found)
    return True


def remove_source(source: Source) -> None:
    """Nothing of it is found from now on. Its words are counted down by the worker: that takes its time."""
    with transaction.atomic():
        mine = Source.objects.for_website(source.website_id).filter(pk=source.pk).exclude(state=State.LEAVING)
        if not mine.update(state=State.LEAVING, moved_at=timezone.now()):
            return
        record("source.deleted", source)
        Passage.objects.for_website(source.website_id).filter(article__source=source.pk).delete()
        Upload.objects.for_website(source.website_id).filter(source=source.pk).delete()
        defer_reading(source)


@transaction.atomic
def set_daily(source: Source, daily: bool) -> None:
    """Whether it is read once a day."""
    record("source.changed", source, values={"daily": daily})
    Source.objects.for_website(source.website_id).filter(pk=source.pk).update(daily=daily)


def take_away(source: Source, most: int) -> bool:
    """What is left of a source that was deleted, a few articles at a time; whether that was all."""
    left = Article.objects.for_website(source.website_id).filter(source=source.pk)
    for article in left[:most]:
        remove_article(article)
    if left.exists():
        return False
    Source.objects.for_website(source.website_id).filter(pk=source.pk).delete()
    return True


def defer_reading(source: Source) -> None:
    """One job at a time reads a source; a second waits until the first has ended."""
    job = app.configure_task(TASK, queue=QUEUE, lock=f"source:{source.pk}")
    job.defer(source_id=source.pk, website_id=source.website_id)


async def look_after_sources() -> None:
    """Have read what is due, and take up what a worker has given up.

    For the worker's own rounds: with a periodic task of procrastinate, a worker that has lost Postgres takes more than
    a minute to end.
    """
    await db(read_what_is_due)
    await db(take_up_what_was_forgotten)


def read_what_is_due() -> int:
    """Sources that are to be read once a day and were not for so long; how many."""
    before = timezone.now() - timedelta(hours=settings.KNOWLEDGE_RESYNC_HOURS)
    due = Source.objects.for_system().filter(daily=True, state__in=[State.READY, State.FAILED], moved_at__lt=before)
    return sum(read_again(source) for source in due.exclude(kind=Source.Kind.FILE))


def take_up_what_was_forgotten() -> int:
    """Sources whose job was given up, so that none says for ever that it is being read; how many."""
    moving = [State.WAITING, State.RUNNING, State.LEAVING]
    still = Source.objects.for_system().filter(state__in=moving, moved_at__lt=timezone.now() - FORGOTTEN)
    return sum(_take_up(source) for source in still)


def _take_up(source: Source) -> bool:
    jobs = ProcrastinateJob.objects.filter(task_name=TASK, status__in=["todo", "doing"])
    if jobs.filter(args__source_id=source.pk).exists():
        return False
    with transaction.atomic():
        same = Source.objects.for_website(source.website_id).filter(pk=source.pk, state=source.state)
        if source.state == State.LEAVING:
            same.update(moved_at=timezone.now())
            defer_reading(source)
        else:
            same.update(state=State.FAILED, error=BROKE_OFF, moved_at=timezone.now())
    return True
