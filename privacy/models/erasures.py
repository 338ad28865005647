"""The proof that somebody's data are gone: what, how much, when and by whom, and nothing of the data."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any, ClassVar, Self

from django.core import signing
from django.db import models
from django.db.models.functions import Now

from foundation.scope import GuardedQuerySet

SALT = "privacy.erasure"


class Erasures(GuardedQuerySet["Erasure"]):
    def of_organisation(self, organisation_id: int) -> Self:
        return self._scope(organisation_id=organisation_id)

    def asked_for_by(self, user_id: int) -> Self:
        """Whose organisation may be gone itself."""
        return self._scope(requested_by_id=user_id)


class Erasure(models.Model):
    """Without `finished_at` the worker is at it. No key leads to what was erased: `subject` is the hash of its id."""

    class Kind(models.TextChoices):
        VISITOR = "visitor", "Visitor"
        WEBSITE = "website", "Website"
        ORGANISATION = "organisation", "Organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    organisation_id = models.BigIntegerField()
    website_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=64)
    requested_by_id = models.BigIntegerField(null=True)
    requested_by = models.CharField(max_length=160, blank=True)
    requested_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    signature = models.CharField(max_length=100, blank=True)

    objects = Erasures.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation_id", "-requested_at"], name="erasures_of_organisation")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject[:8]}"

    def receipt(self) -> dict[str, Any]:
        """What is signed, and the signature."""
        return {**self._said(), "signature": self.signature}

    def sign(self) -> None:
        self.signature = _signer().signature(_text(self._said()))

    def _said(self) -> dict[str, Any]:
        return {
            "receipt": str(self.pk),
            "erased": self.kind,
            "subject_sha256": self.subject,
            "organisation_id": self.organisation_id,
            "website_id": self.website_id,
            "requested_by": {"id": self.requested_by_id, "name": self.requested_by},
            "requested_at": self.requested_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "counts": self.counts,
        }


def subject_of(identifier: object) -> str:
    """How a receipt names what was erased: who has the id can see that it was this."""
    return hashlib.sha256(str(identifier).encode()).hexdigest()


def is_genuine(receipt: dict[str, Any]) -> bool:
    """Whether this installation has signed exactly this."""
    said = {name: value for name, value in receipt.items() if name != "signature"}
    try:
        _signer().unsign(f"{_text(said)}:{receipt.get('signature', '')}")
    except signing.BadSignature:
        return False
    return True


def _text(said: dict[str, Any]) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=True)


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)
