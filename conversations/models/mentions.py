"""Who was called into a conversation by a note."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.actors import Actor, Staff
from conversations.models.scope import ScopedQuerySet


class Mentions(ScopedQuerySet["Mention"]):
    """Of oneself, on websites that one may (still) see."""

    def for_actor(self, actor: Actor) -> Self:
        if not isinstance(actor, Staff):
            return self._scope(pk__in=[])
        return self._scope(user=actor.user_id, website_id__in=list(actor.websites))


class Mention(models.Model):
    """`@Name` in a note: its person finds the conversation among their mentions."""

    entry = models.ForeignKey("conversations.Entry", models.CASCADE, related_name="mentions")
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="+")
    website = models.ForeignKey(
        "accounts.Website", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = Mentions.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "user"], name="one_mention_per_note")]
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="mention_list")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.entry_id}"
