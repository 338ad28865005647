"""Keys with which programs come in, in place of a person's log-in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.organisations import Organisation
from foundation.scope import GuardedQuerySet


class Scope(models.TextChoices):
    """What a key may be for: reading is GET, writing all else. accounts/api/scopes.py has the addresses."""

    CONVERSATIONS_READ = "conversations:read", "Read conversations, visitors, labels and canned replies"
    CONVERSATIONS_WRITE = "conversations:write", "Answer and change them; open a socket"
    KNOWLEDGE_READ = "knowledge:read", "Read the assistant's knowledge"
    KNOWLEDGE_WRITE = "knowledge:write", "Change it; ask in the playground"
    REPORTS_READ = "reports:read", "Read the reports"
    SETTINGS_READ = "settings:read", "Read websites, team, webhooks, audit log and exports"
    SETTINGS_WRITE = "settings:write", "Change them"


class ApiKeys(GuardedQuerySet["ApiKey"]):
    """Those of an organisation, or the one that somebody presents."""

    def for_organisations(self, organisation_ids: Iterable[int]) -> Self:
        return self._scope(organisation_id__in=list(organisation_ids))

    def for_digest(self, digest: str) -> Self:
        return self._scope(digest=digest)


class ApiKey(models.Model):
    """It may what its maker may in this organisation, within its scopes and websites, and ends with them.

    Only the hash of the key is stored; `start` is what people know it by. No website: every one that its maker sees.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope))
    websites = models.ManyToManyField("accounts.Website", blank=True, related_name="+")
    sees_every_website = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApiKeys.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="api_keys_of_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
