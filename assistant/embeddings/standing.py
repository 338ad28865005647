"""How far a website's passages have been given to the model, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from assistant.embeddings.choice import embedder
from assistant.embeddings.meaning import BY_MEANING, Limits
from assistant.models import MeaningIndex

# In one query, since every question waits for it.
COUNT = """
    SELECT (SELECT count(*) FROM assistant_passage WHERE website_id = %s), count(*), min(dimension)
    FROM assistant_passagevector WHERE website_id = %s AND model = %s
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`error` is why passages get no vectors, `asking_error` why the last question got none; empty if all is well."""

    model: str
    total: int
    done: int
    dimension: int | None
    error: str
    asking_error: str
    limits: Limits

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total

    @property
    def why_not(self) -> str:
        """Why questions are answered by full-text search, as far as that is known before one is asked."""
        if self.is_complete:
            return ""
        return self.error or f"{self.done} of {self.total} passages have been given to the embedding model so far"


def standing_of(website_id: int) -> Standing | None:
    """None where no model is set."""
    model = embedder()
    if model is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [website_id, website_id, model.name])
        total, done, dimension = cursor.fetchone() or (0, 0, None)
    index = MeaningIndex.objects.for_website(website_id).first() or MeaningIndex(website_id=website_id)
    return Standing(
        model.name,
        total,
        done,
        dimension,
        index.error,
        index.asking_error,
        limits_of(index, model.name),
    )


def limits_of(index: MeaningIndex, model: str) -> Limits:
    """Those estimated for another model say nothing about this one."""
    if index.sure_from is None or index.unsure_from is None or index.estimated_for != model:
        return BY_MEANING
    return Limits(index.sure_from, index.unsure_from)


def note_asking_error(website_id: int, error: str) -> None:
    """For the staff; empty when a question got its vector again."""
    MeaningIndex.objects.for_system().update_or_create(website_id=website_id, defaults={"asking_error": error[:300]})
