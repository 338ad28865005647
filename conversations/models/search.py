"""What search looks through: kept apart from the entries, so that no message waits for an index of its words."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from conversations.models.scope import ScopedQuerySet


class EntryWordsQuerySet(ScopedQuerySet["EntryWords"]):
    visitor_path = "entry__conversation__visitor_id"


class EntryWords(models.Model):
    """The words of one message or note; none of one that was deleted. The worker writes it (actions/indexing.py)."""

    entry = models.OneToOneField(
        "conversations.Entry", models.CASCADE, primary_key=True, related_name="words", db_constraint=False
    )
    website = models.ForeignKey(
        "accounts.Website", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    words = SearchVectorField()

    objects = EntryWordsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "words of entries"
        indexes: ClassVar = [GinIndex(fields=["words"], name="entry_words")]

    def __str__(self) -> str:
        return f"words of {self.entry_id}"


class SearchProgress(models.Model):
    """One row: every entry made until this moment has its words; later ones are searched as they are."""

    indexed_until = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"indexed until {self.indexed_until}"
