"""What reports count: one row of facts about each conversation, filled by the worker (dashboard/reports/facts.py)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from assistant.models.scope import WebsiteQuerySet
from conversations.models.scope import ScopedQuerySet


class FactsQuerySet(ScopedQuerySet["ConversationFacts"]):
    visitor_path = "conversation__visitor_id"


class ConversationFacts(models.Model):
    """Of a conversation in which a visitor has said something; `rev` is that of the conversation when it was read."""

    conversation = models.OneToOneField(
        "conversations.Conversation", models.CASCADE, primary_key=True, related_name="+"
    )
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+", db_index=False)
    rev = models.IntegerField()
    started_at = models.DateTimeField(help_text="the visitor's first message")
    last_said_at = models.DateTimeField(help_text="the last message of anybody")
    first_response_at = models.DateTimeField(null=True, help_text="the first message of a person of the staff after it")
    resolved_at = models.DateTimeField(null=True, help_text="the last resolve, if it is resolved")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    messages = models.IntegerField()
    rating = models.SmallIntegerField(null=True)
    ai_began = models.BooleanField(help_text="the assistant began at least one answer")
    to_people = models.BooleanField(help_text="after that, people")
    ai_answered = models.BooleanField(help_text="the last of its answers was one")
    thumb = models.BooleanField(null=True, help_text="the last thumb: whether an answer was helpful")

    objects = FactsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "conversation facts"
        indexes: ClassVar = [models.Index(fields=["website", "started_at"], name="facts_by_start")]

    def __str__(self) -> str:
        return f"facts of {self.conversation_id}"


class FactsState(models.Model):
    """How far the facts of a website have been read: changes up to this moment, and of it up to this conversation."""

    website = models.OneToOneField("accounts.Website", models.CASCADE, primary_key=True, related_name="+")
    read_until = models.DateTimeField()
    read_id = models.UUIDField(null=True)

    objects = WebsiteQuerySet["FactsState"].as_manager()

    def __str__(self) -> str:
        return f"{self.website_id}: {self.read_until}"
