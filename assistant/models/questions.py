"""What a website's assistant must be able to answer: the questions, each time they were asked, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from assistant.models.scope import WebsiteQuerySet


class Expectation(models.Model):
    """A question and what its answer must be like. What is left empty is not checked."""

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    question = models.CharField(max_length=500)
    source = models.CharField(
        "expected source", max_length=500, blank=True, help_text="Title or address of the article it must rest on."
    )
    must_contain = models.CharField(
        max_length=500, blank=True, help_text="Words that must stand in the answer; several are parted by a |."
    )
    must_refuse = models.BooleanField(
        default=False, help_text="Nothing may be asserted: it says that it does not know, asks back, or hands over."
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = WebsiteQuerySet["Expectation"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website", "question"], name="one_expectation_per_question")
        ]

    def __str__(self) -> str:
        return self.question


class QuestionRun(models.Model):
    """All questions of a website, asked one after the other. `fingerprint` says of what knowledge and settings.

    `UNASKED`: it ended before the last question, since the day's budget was used up.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNASKED = "unasked"

    class Cause(models.TextChoices):
        BY_HAND = "by_hand", "started by hand"
        CHANGE = "change", "after a change"

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    cause = models.CharField(max_length=8, choices=Cause)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    provider = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=100, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WebsiteQuerySet["QuestionRun"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["website", "-id"], name="question_run_latest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["website"], condition=Q(state__in=["waiting", "running"]), name="one_question_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.website_id}: {self.made_at}"


class QuestionResult(models.Model):
    """`question` as it was asked then; `failures` says in words what is wrong, and is empty when nothing is."""

    run = models.ForeignKey(QuestionRun, models.CASCADE, related_name="results")
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+", db_index=False)
    expectation = models.ForeignKey(Expectation, models.SET_NULL, null=True, blank=True, related_name="+")
    question = models.CharField(max_length=500)
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    failures = models.JSONField(default=list)
    ms = models.IntegerField()

    objects = WebsiteQuerySet["QuestionResult"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "question"], name="one_result_per_question_and_run")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {'; '.join(self.failures) or 'right'}"
