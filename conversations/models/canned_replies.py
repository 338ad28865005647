"""What the staff says again and again: put in by its shortcut, with the names of those who talk filled in."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.actors import Actor, Staff
from accounts.models import Website
from conversations.models.scope import ScopedQuerySet

LONGEST_SHORTCUT = 40


class CannedReplies(ScopedQuerySet["CannedReply"]):
    """Those of one's websites, and those for all websites of an organisation."""

    def for_actor(self, actor: Actor) -> Self:
        if not isinstance(actor, Staff):
            return self._scope(pk__in=[])
        sites = list(actor.websites)
        organisations = Website.objects.filter(pk__in=sites).values("organisation")
        everywhere = Q(website=None, organisation__in=organisations)
        return self._scope(pk__in=self.model._base_manager.filter(everywhere | Q(website__in=sites)).values("pk"))


class CannedReply(models.Model):
    """`website` null: for every website of the organisation. `{{visitor.name}}` is filled in when it is used."""

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    website = models.ForeignKey("accounts.Website", models.CASCADE, null=True, blank=True, related_name="+")
    shortcut = models.CharField(max_length=LONGEST_SHORTCUT)
    content = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = CannedReplies.as_manager()

    class Meta:
        verbose_name_plural = "canned replies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "website", "shortcut"],
                nulls_distinct=False,
                name="one_canned_reply_per_shortcut",
            )
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"
