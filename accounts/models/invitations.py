"""Somebody who has been asked by e-mail to join an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models.organisations import Membership, Organisation
from foundation.scope import GuardedQuerySet

LIFETIME = timedelta(days=7)


def a_week_from_now() -> datetime:
    return timezone.now() + LIFETIME


class Invitations(GuardedQuerySet["Invitation"]):
    """Those of an organisation, or the one whose link somebody has opened."""

    def for_organisation(self, organisation_id: int) -> Self:
        return self._scope(organisation_id=organisation_id)

    def for_organisations(self, organisation_ids: Iterable[int]) -> Self:
        return self._scope(organisation_id__in=list(organisation_ids))

    def for_token(self, token_hash: str) -> Self:
        return self._scope(token_hash=token_hash)


class Invitation(models.Model):
    """Its link opens once. Only the hash of the token is stored; sending it again makes another."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Membership.Role, default=Membership.Role.AGENT)
    websites = models.ManyToManyField("accounts.Website", blank=True, related_name="+")
    sees_every_website = models.BooleanField(default=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=a_week_from_now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = Invitations.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
