"""Programs of the owners that are told what happens, with what became of each telling; and mails that came in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.scope import ScopedQuerySet
from foundation.encrypted_columns import TokenField

LONGEST_URL = 500  # characters


class Event(models.TextChoices):
    """What may be told: the names are the contract's."""

    CONVERSATION_CREATED = "conversation_created"
    CONVERSATION_UPDATED = "conversation_updated"
    CONVERSATION_STATUS_CHANGED = "conversation_status_changed"
    MESSAGE_CREATED = "message_created"
    MESSAGE_UPDATED = "message_updated"
    HANDOFF_REQUESTED = "handoff_requested"
    RATING_GIVEN = "rating_given"
    VISITOR_IDENTIFIED = "visitor_identified"


class Webhook(models.Model):
    """An address that is told. `encrypted_secret` signs what is sent to it.

    `failing_since`: when the first of all deliveries failed that have failed since the last good one.
    """

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=LONGEST_URL)
    events = ArrayField(models.CharField(max_length=40, choices=Event))
    encrypted_secret = TokenField(editable=False)
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True, help_text="when it was switched off for failing too long")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet["Webhook"].as_manager()

    def __str__(self) -> str:
        return self.url

    @property
    def is_listening(self) -> bool:
        return self.is_active and self.paused_at is None


class Delivery(models.Model):
    """One telling, however often it is tried: its id is the same each time. It goes with what it tells of."""

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, null=True, related_name="+")
    visitor = models.ForeignKey("conversations.Visitor", models.CASCADE, null=True, related_name="+")
    event = models.CharField(max_length=40, choices=[*Event.choices, ("test", "Test")])
    rev = models.IntegerField(null=True, help_text="the conversation's number of what happened")
    data = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.IntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, help_text="when it is tried again")
    status_code = models.IntegerField(null=True)
    answer = models.TextField(blank=True, help_text="the beginning of what the server said")
    error = models.CharField(max_length=200, blank=True)
    ms = models.IntegerField(null=True, help_text="how long the last attempt took")
    created_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(default=timezone.now, help_text="since when it is tried; again at a replay")
    turn = models.IntegerField(
        default=0, db_default=0, help_text="of its chain of jobs: one that was begun before does nothing any more"
    )

    objects = ScopedQuerySet["Delivery"].as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            # A job that is done twice notes its message once.
            models.UniqueConstraint(
                fields=["webhook", "conversation", "event", "rev"],
                condition=Q(conversation__isnull=False),
                name="one_delivery_per_change",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "-created_at", "-id"], name="deliveries_of_webhook"),
            models.Index(fields=["created_at"], name="deliveries_by_age"),
            models.Index(fields=["begun_at"], name="deliveries_waiting", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"


class ReceivedMail(models.Model):
    """An e-mail that came in, whether it was taken, and why not; kept for 30 days. Not what it said, nor who wrote.

    `key`: SHA-256 of its Message-ID with sender, addresses of ours and content, or of all of it where it has none.
    """

    class Outcome(models.TextChoices):
        TAKEN = "taken"
        KNOWN = "known"
        BOUNCE = "bounce"
        NOT_ADDRESSED = "not_addressed", "names no conversation with a true sign"
        FORGED = "forged", "from another address than we had written to"
        AUTOMATIC = "automatic", "written by a program"
        LOOP = "loop", "one of our own"
        TOO_OFTEN = "too_often"
        TOO_LARGE = "too_large"
        EMPTY = "empty"
        UNREADABLE = "unreadable"
        REFUSED = "refused"

    key = models.CharField(max_length=64, unique=True)
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, null=True, related_name="+")
    website = models.ForeignKey("accounts.Website", models.CASCADE, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    detail = models.CharField(max_length=40, blank=True)
    size = models.IntegerField(help_text="bytes")
    received_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["ReceivedMail"].as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "received_at"], name="mails_of_conversation"),
            models.Index(fields=["received_at"], name="mails_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"


class Mailbox(models.Model):
    """How far a mailbox was read. `place`: SHA-256 of server, name and folder."""

    place = models.CharField(max_length=64, primary_key=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.place[:8]
