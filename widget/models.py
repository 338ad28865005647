"""What a visitor's browser holds: a session token, and a handle to come back with when the token is lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


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

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="visitor_token_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.visitor_id}"
