"""Somebody who visits a website."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from conversations.models.scope import ScopedQuerySet


class VisitorQuerySet(ScopedQuerySet["Visitor"]):
    visitor_path = "id"


class Visitor(models.Model):
    """`external_id` is who they are on the website itself; it is set only when the website has proved it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="visitors")
    external_id = models.CharField(max_length=255, null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    bounced_email = models.EmailField(blank=True, db_default="", help_text="an address from which mail came back")
    attributes = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=10, db_default="", blank=True, help_text="that their chat speaks")
    page_url = models.TextField(blank=True)
    page_title = models.CharField(max_length=300, blank=True)
    referrer = models.TextField(blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    consented_at = models.DateTimeField(
        null=True, blank=True, help_text="when they agreed to being stored, where the website asks"
    )
    is_blocked = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(db_default=Now(), help_text="kept by a trigger, whoever writes")

    objects = VisitorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website", "external_id"], name="one_visitor_per_external_id")
        ]
        indexes: ClassVar = [models.Index(fields=["website", "updated_at"], name="visitor_sync")]

    def __str__(self) -> str:
        return self.name or f"Visitor {str(self.pk)[:8]}"
