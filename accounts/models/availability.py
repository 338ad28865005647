"""Whether somebody of the staff takes conversations, and how many at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

DEFAULT_CAPACITY = 5


class Availability(models.Model):
    """Of one person, whichever websites they see. `capacity`: open conversations that may be theirs by themselves.

    Whoever gives out conversations holds these rows locked, so that nobody gets one in the moment they go away.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="availability")
    is_away = models.BooleanField(db_default=False)
    capacity = models.PositiveSmallIntegerField(db_default=DEFAULT_CAPACITY)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "availabilities"

    def __str__(self) -> str:
        return f"{self.user}: {'away' if self.is_away else f'up to {self.capacity}'}"
