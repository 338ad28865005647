"""Everything about one person, or about an organisation, as a file that somebody may fetch for a while."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now

from foundation.scope import GuardedQuerySet


class Exports(GuardedQuerySet["Export"]):
    def of_organisation(self, organisation_id: int) -> Self:
        return self._scope(organisation_id=organisation_id)

    def of_organisations(self, organisation_ids: Iterable[int]) -> Self:
        return self._scope(organisation_id__in=list(organisation_ids))


class Export(models.Model):
    """Written by the worker, to `place` in the storage. `done` of `total` conversations are in it already.

    Only who asked for it may fetch it. After `expires_at` the file goes, and later the row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being written"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.BigIntegerField()
    website_id = models.BigIntegerField(null=True)
    visitor_id = models.UUIDField(null=True, help_text="None: the whole organisation")
    requested_by_id = models.BigIntegerField()
    requested_by = models.CharField(max_length=160)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0, help_text="bytes")
    place = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField(db_default=Now(), help_text="when anything last happened to it")
    expires_at = models.DateTimeField(null=True)

    objects = Exports.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation_id", "-requested_at"], name="exports_of_organisation")]

    def __str__(self) -> str:
        return f"export {str(self.pk)[:8]}"

    @property
    def is_moving(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
