"""Whether somebody of the staff takes conversations, and how many at once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.hours import Hours

DEFAULT_CAPACITY = 5


class Availability(models.Model):
    """Of one person. `capacity`: open conversations that may be theirs by themselves, whichever websites they see.

    Whoever gives out conversations holds these rows locked, so that nobody gets one in the moment they go away.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="availability")
    is_away = models.BooleanField(default=False, db_default=False)
    away_from = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], help_text="Websites on which they are away all the same."
    )
    hours = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), help_text="What was set of Hours."
    )
    capacity = models.PositiveSmallIntegerField(default=DEFAULT_CAPACITY, db_default=DEFAULT_CAPACITY)
    unclaimed_mail = models.BooleanField(
        default=True, db_default=True, help_text="They are written to when nobody claims a conversation in time."
    )
    mail_language = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="Of such mails to them; empty: English."
    )
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "availabilities"

    def __str__(self) -> str:
        return f"{self.user}: {'away' if self.is_away else f'up to {self.capacity}'}"

    @property
    def own_hours(self) -> Hours:
        return Hours.model_validate(self.hours)

    def is_here_for(self, website_id: int, moment: datetime) -> bool:
        """Whether they take a website's conversations then: neither away, nor out of their own hours."""
        return not self.is_away and website_id not in self.away_from and self.own_hours.are_open(moment)
