"""Vectors of passages in the database: which are missing, how they are stored, and how unchanged ones are kept.

Each function is a unit of work for `foundation.db.db`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from assistant.embeddings.base import Embedded
from assistant.embeddings.choice import embedder
from assistant.models import Article, MeaningIndex, Passage, PassageVector

TASK, QUEUE = "assistant.embed_passages", "default"
FIRST_PAUSE, LONGEST_PAUSE = 15, 600  # seconds after a failure, twice as many after each

# Of an article that was written anew meanwhile the passage is gone, and its vector with it.
STORE = """
    INSERT INTO assistant_passagevector (passage_id, website_id, model, dimension, signs, parts, length, digest)
    SELECT passage.id, passage.website_id,
           %(model)s, %(dimension)s, %(signs)s::varbit, %(parts)s, %(length)s, %(digest)s
    FROM assistant_passage passage WHERE passage.id = %(passage)s AND passage.website_id = %(website)s FOR KEY SHARE
    ON CONFLICT (passage_id) DO UPDATE SET model = excluded.model, dimension = excluded.dimension,
        signs = excluded.signs, parts = excluded.parts, length = excluded.length, digest = excluded.digest
"""
UNFINISHED = """
    SELECT DISTINCT passage.website_id FROM assistant_passage passage
    LEFT JOIN assistant_passagevector vector ON vector.passage_id = passage.id AND vector.model = %s
    WHERE vector.passage_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage without a vector of the model. `text` is what it is asked with."""

    passage_id: int
    text: str


def text_of(title: str, heading: str, body: str) -> str:
    """The title on every passage, as for full-text search: a part does not say again what it is about."""
    return "\n".join(part for part in (title, heading, body) if part)


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def next_wanted(website_id: int, model: str, most: int) -> list[Wanted]:
    passages = Passage.objects.for_website(website_id).select_related("article").exclude(vector__model=model)
    return [
        Wanted(one.pk, text_of(one.article.title, one.heading, one.body))
        for one in passages.order_by("pk").defer("tsv", "article__body")[:most]
    ]


def dimension_of(website_id: int, model: str) -> int | None:
    """That of the vectors it has, which all further ones must have, too."""
    known = PassageVector.objects.for_website(website_id).filter(model=model)
    return known.values_list("dimension", flat=True).first()


def store(website_id: int, model: str, wanted: list[Wanted], embedded: Embedded) -> None:
    rows: list[dict[str, str | int | float | bytes]] = [
        {
            "website": website_id,
            "passage": one.passage_id,
            "model": model,
            "dimension": vector.dimension,
            "signs": vector.signs,
            "parts": vector.parts.tobytes(),
            "length": vector.length,
            "digest": digest_of(one.text),
        }
        for one, vector in zip(wanted, embedded.vectors, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(STORE, rows)


def vectors_kept(article: Article | None) -> dict[str, PassageVector]:
    """Before the passages of an article are written anew: its vectors by digest."""
    if article is None or article.pk is None or embedder() is None:
        return {}
    mine = PassageVector.objects.for_website(article.website_id).filter(passage__article=article.pk)
    return {one.digest: one for one in mine}


def give_back(article: Article, kept: dict[str, PassageVector]) -> None:
    """What says the same as before means the same: nobody is asked, or paid, for it again."""
    if not kept:
        return
    for passage in Passage.objects.for_website(article.website_id).filter(article=article.pk):
        vector = kept.get(digest_of(text_of(article.title, passage.heading, passage.body)))
        if vector is not None:
            vector.passage = passage
            vector.save(force_insert=True)


def defer_embedding(website_id: int) -> None:
    """One job at a time works on a website; one that has not begun yet will see this change, too."""
    waiting = ProcrastinateJob.objects.filter(task_name=TASK, status="todo", args__website_id=website_id)
    if embedder() is not None and not waiting.exists():
        app.configure_task(TASK, queue=QUEUE, lock=f"embed:{website_id}").defer(website_id=website_id)


def defer_what_is_missing() -> int:
    """Of all websites: the model was changed, a failure's pause is over, or a job was given up; how many."""
    model = embedder()
    if model is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED, [model.name])
        unfinished = {website_id for (website_id,) in cursor.fetchall()}
    pausing = MeaningIndex.objects.for_system().filter(retry_at__gt=timezone.now()).values_list("pk", flat=True)
    busy = ProcrastinateJob.objects.filter(task_name=TASK, status__in=["todo", "doing"])
    known = {args["website_id"] for args in busy.values_list("args", flat=True)}
    due = unfinished - set(pausing) - known
    for website_id in due:
        defer_embedding(website_id)
    return len(due)


def is_pausing(website_id: int) -> bool:
    """After a failure: else each article that is written would ask a model again that is down."""
    return MeaningIndex.objects.for_website(website_id).filter(retry_at__gt=timezone.now()).exists()


def note_failure(website_id: int, error: str) -> None:
    """It is tried again after a pause that grows."""
    index, _ = MeaningIndex.objects.for_system().get_or_create(website_id=website_id)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(index.failures, 10))
    index.error, index.failures = error[:300], index.failures + 1
    index.retry_at = timezone.now() + timedelta(seconds=pause)
    index.save(update_fields=["error", "failures", "retry_at"])


def note_progress(website_id: int) -> None:
    """Nothing stands in the way any more."""
    troubled = MeaningIndex.objects.for_website(website_id).exclude(error="", failures=0, retry_at=None)
    troubled.update(error="", failures=0, retry_at=None)


def forget_vectors() -> None:
    """Of all websites, and what stood in their way: the worker begins anew in its next round."""
    PassageVector.objects.for_system().delete()
    MeaningIndex.objects.for_system().update(error="", failures=0, retry_at=None, asking_error="", estimated_for="")
