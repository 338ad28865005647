"""A customer of the installation, and the people who work for it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Organisation(models.Model):
    """`set_up_skipped`: steps of the first run that its owner has left out."""

    name = models.CharField(max_length=120)
    requires_second_factor = models.BooleanField(default=False)
    set_up_skipped = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    leaving_since = models.DateTimeField(null=True, blank=True, help_text="Deleted; the worker takes away what it had.")

    def __str__(self) -> str:
        return self.name


class Memberships(models.Manager["Membership"]):
    """Those that count: whoever forgets to ask gives no rights to who was suspended."""

    def get_queryset(self) -> models.QuerySet[Membership]:
        return super().get_queryset().filter(is_suspended=False)


class Membership(models.Model):
    """A person's role in an organisation. Owners and admins see every website; agents those listed.

    With none listed an agent sees every website too, if `every_website`: so the end of the only one that somebody saw
    does not open the others to them.
    """

    class Role(models.TextChoices):
        OWNER = "owner"
        ADMIN = "admin"
        AGENT = "agent"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    websites = models.ManyToManyField("accounts.Website", blank=True, related_name="memberships")
    every_website = models.BooleanField(default=True)
    is_suspended = models.BooleanField(default=False, help_text="Keeps their place, and may do nothing.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Memberships] = Memberships()
    with_suspended: ClassVar[models.Manager[Membership]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_membership_per_organisation")
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.organisation}"

    def sees_all(self, listed: bool) -> bool:
        """Whether that is every website of the organisation; `listed`: there are some in `websites`."""
        return self.role in (self.Role.OWNER, self.Role.ADMIN) or (self.every_website and not listed)
