"""The timeline: messages, notes and activity are rows of one table, which is the log of the conversation."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from conversations.models.scope import ScopedQuerySet


class EntryQuerySet(ScopedQuerySet["Entry"]):
    visitor_path = "conversation__visitor_id"


class Entry(models.Model):
    """`seq` is the conversation's `rev` at which it was made and never changes; `rev` is that of its last change.

    `visitor_prev` is the visitors' change before `seq`: a resend is answered with the numbers of the first time.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message"
        NOTE = "note"
        ACTIVITY = "activity"

    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"
        SYSTEM = "system"

    class Audience(models.TextChoices):
        EVERYONE = "everyone"
        STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The unique constraint below serves the look-up by conversation; the website is that of the conversation.
    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="entries", db_index=False
    )
    website = models.ForeignKey(
        "accounts.Website", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    seq = models.IntegerField()
    rev = models.IntegerField()
    visitor_prev = models.IntegerField(db_default=0)
    client_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    role = models.CharField(max_length=9, choices=Role)
    audience = models.CharField(max_length=8, choices=Audience)
    is_manual = models.BooleanField(db_default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    content = models.TextField()
    sources = models.JSONField(db_default=models.Value([], models.JSONField()))
    attachments = models.JSONField(db_default=models.Value([], models.JSONField()))
    created_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted = models.BooleanField(db_default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_entry_per_seq"),
            # client_id first: it finds its row alone, however little Postgres knows of a young table.
            models.UniqueConstraint(fields=["client_id", "conversation"], name="one_entry_per_client_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "rev"], name="entry_resume"),
            # For what came lately (search) and for spans of days. It costs an insert next to nothing.
            BrinIndex(fields=["created_at"], autosummarize=True, pages_per_range=32, name="entry_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq} of {self.conversation_id}"
