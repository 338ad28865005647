"""One conversation of a visitor with a website: its state, kept current by the statements in actions/."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from conversations.models.scope import ScopedQuerySet


class Conversation(models.Model):
    """`rev` counts every durable change, `visitor_rev` is the last one that the visitor may see.

    Every AI write is conditional on `takeover_epoch` and `reply_id`, the id of the answer being written right now.
    Counts and preview are changed in the statement that stores a message, never counted for a list.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        SNOOZED = "snoozed"
        RESOLVED = "resolved"

    class HandledBy(models.TextChoices):
        AI = "ai", "AI"
        HUMAN = "human"

    class Priority(models.TextChoices):
        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        URGENT = "urgent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Both have an index below; one more each would be written at every message.
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="conversations", db_index=False)
    visitor = models.ForeignKey("conversations.Visitor", models.CASCADE, related_name="conversations", db_index=False)

    rev = models.IntegerField(db_default=0)
    visitor_rev = models.IntegerField(db_default=0)
    resolved_rev = models.IntegerField(db_default=0, help_text="rev of the last resolve: the AI's context starts there")
    handed_back_rev = models.IntegerField(db_default=0, help_text="rev of the last time that staff gave it to the AI")
    status = models.CharField(max_length=10, choices=Status, db_default=Status.OPEN)
    handled_by = models.CharField(max_length=5, choices=HandledBy, db_default=HandledBy.AI)
    takeover_epoch = models.IntegerField(db_default=0)
    reply_id = models.UUIDField(null=True, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="since when a visitor waits for a person")
    unclaimed_told_at = models.DateTimeField(
        null=True, blank=True, help_text="when staff was written to, since nobody had claimed it"
    )
    asks_email = models.BooleanField(db_default=False, help_text="nobody was there when a person was wished for")
    snoozed_until = models.DateTimeField(null=True, blank=True)

    subject = models.CharField(max_length=200, db_default="", blank=True)
    preview = models.CharField(max_length=120, db_default="", blank=True)
    last_message_at = models.DateTimeField(db_default=Now())
    message_count = models.IntegerField(db_default=0)
    unread_count = models.IntegerField(db_default=0, help_text="visitor messages that no staff member has read")
    visitor_unread_count = models.IntegerField(db_default=0)
    visitor_delivered_rev = models.IntegerField(db_default=0)
    visitor_read_rev = models.IntegerField(db_default=0)
    mailed_rev = models.IntegerField(db_default=0, help_text="up to where unread answers were sent by e-mail")
    staff_delivered_rev = models.IntegerField(db_default=0)
    staff_read_rev = models.IntegerField(db_default=0)

    attributes = models.JSONField(
        db_default=Value({}, models.JSONField()), blank=True, help_text="what the website's page says of it"
    )
    labels = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    priority = models.CharField(max_length=6, choices=Priority, db_default=Priority.NORMAL)
    rating_score = models.SmallIntegerField(null=True, blank=True)
    rating_comment = models.TextField(db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["Conversation"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["website", "visitor"], condition=~Q(status="resolved"), name="one_open_conversation_per_visitor"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["website", "-last_message_at", "-id"], name="conversation_list"),
            models.Index(fields=["website", "updated_at"], name="conversation_sync"),
            models.Index(fields=["visitor"], name="conversation_of_visitor"),
            models.Index(fields=["snoozed_until"], name="conversation_snooze", condition=Q(status="snoozed")),
            # Those with a label only: an entry more for the others would be written at every message.
            GinIndex(fields=["labels"], name="conversation_labels", condition=~Q(labels=[])),
        ]

    def __str__(self) -> str:
        return str(self.pk)
