"""Questions that the assistant could not answer, as far as somebody has dealt with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from assistant.models.scope import WebsiteQuerySet


class SettledQuestion(models.Model):
    """`article` is what was written in answer; without one, somebody found that none was needed."""

    reply = models.OneToOneField("assistant.Reply", models.CASCADE, primary_key=True, related_name="+")
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    article = models.ForeignKey("assistant.Article", models.SET_NULL, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(db_default=Now())

    objects = WebsiteQuerySet["SettledQuestion"].as_manager()

    def __str__(self) -> str:
        return f"settled: {self.reply_id}"
