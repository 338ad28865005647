"""What a visitor's browser holds: a session token, and a handle to come back with when the token is lost."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from conversations.models import Visitor
from foundation.scope import GuardedQuerySet


class VisitorTokens(GuardedQuerySet["VisitorToken"]):
    """Those of a visitor, or the one that somebody presents."""

    def for_visitor(self, visitor: Visitor) -> Self:
        return self._scope(visitor=visitor)

    def for_hash(self, token_hash: str) -> Self:
        return self._scope(token_hash=token_hash)


class VisitorToken(models.Model):
    """Hashed at rest. A `session` token lives until it is dropped; a `resume` handle is used once and replaced."""

    class Purpose(models.TextChoices):
        SESSION = "session"
        RESUME = "resume"

    visitor = models.ForeignKey("conversations.Visitor", models.CASCADE, related_name="tokens")
    purpose = models.CharField(max_length=7, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = VisitorTokens.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="visitor_token_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.visitor_id}"
