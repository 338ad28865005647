"""What visitors think of single answers of the assistant."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from assistant.models.scope import WebsiteQuerySet


class Thumb(models.Model):
    """One per answer, since a conversation has one visitor; it can be changed and taken back."""

    entry = models.OneToOneField("conversations.Entry", models.CASCADE, primary_key=True, related_name="+")
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="+")
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    helpful = models.BooleanField()
    given_at = models.DateTimeField(db_default=Now())

    objects = WebsiteQuerySet["Thumb"].as_manager()

    def __str__(self) -> str:
        return f"{'helpful' if self.helpful else 'not helpful'}: {self.entry_id}"
