"""Two tables: conversations, and what was said in them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    website_id = models.IntegerField(default=1, db_index=True)
    rev = models.IntegerField(default=0)
    message_count = models.IntegerField(default=0)
    preview = models.CharField(max_length=120, blank=True)
    last_message_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "baseline"

    def __str__(self) -> str:
        return str(self.pk)


class Message(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    seq = models.IntegerField()
    client_id = models.UUIDField()
    role = models.CharField(max_length=9, default="user")
    content = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "baseline"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="baseline_one_message_per_seq")
        ]

    def __str__(self) -> str:
        return f"{self.seq} of {self.conversation_id}"
