"""One row per answer that was begun: how it went, how long it took, what it was made from."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from assistant.models.scope import WebsiteQuerySet


class Reply(models.Model):
    """`id` is that of the message to come; `answers` that of the visitor's message. One is active per conversation."""

    class State(models.TextChoices):
        ACTIVE = "active"
        STORED = "stored"
        HANDED_OFF = "handed_off"
        INTERRUPTED = "interrupted"
        SUPERSEDED = "superseded"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="replies")
    answers = models.UUIDField()
    epoch = models.IntegerField()
    state = models.CharField(max_length=11, choices=State, default=State.ACTIVE)
    outcome = models.CharField(max_length=10, blank=True, help_text="answer, ask, hand_off or no_answer")
    found_nothing = models.BooleanField(default=False, help_text="it did not answer what was asked")
    provider = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=100, blank=True)
    input_tokens = models.IntegerField(null=True, blank=True, help_text="as the endpoint counts them, if it does")
    output_tokens = models.IntegerField(null=True, blank=True)
    is_estimated = models.BooleanField(default=False, help_text="tokens by the length of the texts, not counted")
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0, help_text="by the website's prices")
    # Kept back from the day's budget until it is known what was used (assistant/budgets.py).
    day = models.DateField(null=True, blank=True)
    reserved_tokens = models.IntegerField(default=0)
    reserved_cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    partial = models.TextField(blank=True, help_text="how far an answer came that was not stored, up to a second ago")
    failure = models.CharField(max_length=200, blank=True, help_text="why there is no answer, in words for the staff")
    passages = models.JSONField(default=list, help_text="ids and scores of what was retrieved, best first")
    began_at = models.DateTimeField(db_default=Now())
    first_chunk_ms = models.IntegerField(null=True, blank=True)
    ended_ms = models.IntegerField(null=True, blank=True)

    objects = WebsiteQuerySet["Reply"].as_manager()

    class Meta:
        verbose_name_plural = "replies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state="active"), name="one_active_reply_per_conversation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.outcome} {self.id}"
