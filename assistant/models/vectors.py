"""What a passage means, as a model says it in numbers, and how far a website's passages have been given to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from assistant.models.scope import WebsiteQuerySet


class Signs(models.Field[str, str]):
    """One bit per number, as text of 0 and 1. Postgres counts in how many two of them differ."""

    def db_type(self, connection: object) -> str:
        return "varbit"


class PassageVector(models.Model):
    """Of `model`, with the signs and the rounded numbers of the vector (`embeddings/vectors.py`).

    It leaves with its passage. `digest` is that of the text, so that a passage keeps it when others are changed.
    """

    passage = models.OneToOneField("assistant.Passage", models.CASCADE, primary_key=True, related_name="vector")
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+", db_index=False)
    model = models.CharField(max_length=200)
    dimension = models.IntegerField()
    signs = Signs()
    parts = models.BinaryField()
    length = models.FloatField()
    digest = models.CharField(max_length=64)

    objects = WebsiteQuerySet["PassageVector"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["website", "model"], name="vectors_of_website")]

    def __str__(self) -> str:
        return f"{self.passage_id}: {self.model}"


class MeaningIndex(models.Model):
    """A website's vectors as a whole: why there are none, and how like a question a passage must be.

    `error` is that of the passages, `asking_error` that of the last question: words for the staff, if any.
    The thresholds are estimated from the website's question set for `estimated_for`; without one they are our own.
    """

    website = models.OneToOneField("accounts.Website", models.CASCADE, primary_key=True, related_name="+")
    error = models.CharField(max_length=300, blank=True)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    asking_error = models.CharField(max_length=300, blank=True)
    estimated_for = models.CharField(max_length=200, blank=True, help_text="the model")
    sure_from = models.FloatField(null=True, blank=True)
    unsure_from = models.FloatField(null=True, blank=True)

    objects = WebsiteQuerySet["MeaningIndex"].as_manager()

    class Meta:
        verbose_name_plural = "meaning indexes"

    def __str__(self) -> str:
        return f"{self.website_id}: {self.error or 'well'}"
