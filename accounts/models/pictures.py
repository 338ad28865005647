"""Small pictures of people and websites, which visitors see beside what is said."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.users import User
from accounts.models.websites import Website


def new_name() -> str:
    return secrets.token_urlsafe(18)


class Picture(models.Model):
    """A square in WebP, of one person or of one website. A new one gets a new name, so that a browser may keep it.

    Public by design: whoever has been told its name is shown it without a log-in. The name cannot be guessed.
    """

    name = models.CharField(max_length=40, primary_key=True, default=new_name)
    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="picture")
    website = models.OneToOneField(Website, models.CASCADE, null=True, related_name="picture")
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user=None, website__isnull=False) | Q(user__isnull=False, website=None),
                name="picture_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """On our own host; it stands in `avatar_url` of whom it shows."""
        return f"/pictures/{self.name}.webp"
