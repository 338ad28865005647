"""What was answered to a request that carried an `Idempotency-Key`, for whoever asks the same again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from foundation.encrypted_columns import TokenField
from foundation.scope import GuardedQuerySet


class KeptAnswers(GuardedQuerySet["KeptAnswer"]):
    """That of one request, or those that tell of somebody."""

    def for_digest(self, digest: str) -> Self:
        return self._scope(digest=digest)

    def concerning(self, ids: Iterable[UUID]) -> Self:
        return self._scope(concerns__overlap=list(ids))


class KeptAnswer(models.Model):
    """`digest` is of actor, method, path and key; `body` of what was sent. `running_until` None: it is answered."""

    digest = models.CharField(max_length=64, primary_key=True)
    body = models.CharField(max_length=64)
    rights = ArrayField(
        models.CharField(max_length=40), default=list, help_text="without which nobody is told it again"
    )
    lock = models.UUIDField(help_text="of the request that runs, or has run")
    running_until = models.DateTimeField(null=True)
    status = models.SmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    answer = TokenField(blank=True)
    concerns = ArrayField(models.UUIDField(), default=list, help_text="every id in the address and in the answer")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = KeptAnswers.as_manager()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["concerns"], name="kept_answers_concerning")]

    def __str__(self) -> str:
        return self.digest[:8]


class ErasedId(models.Model):
    """Who, or what, was erased while answers that tell of it may still be made. `digest`: SHA-256 of its id."""

    digest = models.CharField(max_length=64, primary_key=True)
    erased_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
