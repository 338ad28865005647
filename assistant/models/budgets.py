"""What a website's answers have cost on a day: one row, under whose lock every answer asks for leave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from assistant.models.scope import WebsiteQuerySet


class Spending(models.Model):
    """`reserved` is what answers being written may still cost. `closed_at_limits` are those at which the day ended."""

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField(help_text="in UTC")
    replies = models.IntegerField(default=0)
    tokens = models.BigIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    reserved_tokens = models.BigIntegerField(default=0)
    reserved_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    closed_at_limits = models.CharField(max_length=60, blank=True)

    objects = WebsiteQuerySet["Spending"].as_manager()

    class Meta:
        verbose_name_plural = "spending"
        constraints: ClassVar = [models.UniqueConstraint(fields=["website", "day"], name="one_spending_per_day")]

    def __str__(self) -> str:
        return f"{self.website_id} on {self.day}: {self.tokens} tokens"


class Allowance(models.Model):
    """What is kept back of a day for something that the staff have asked for. It goes when that has been counted.

    One that stays belonged to a process that was killed: `replying.abandoned` counts and removes it.
    """

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    day = models.DateField(help_text="in UTC")
    input_tokens = models.BigIntegerField()
    tokens = models.BigIntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=6)
    given_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = WebsiteQuerySet["Allowance"].as_manager()

    def __str__(self) -> str:
        return f"{self.website_id} on {self.day}: {self.tokens} tokens since {self.given_at}"
