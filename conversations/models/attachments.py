"""Files that visitors and staff send each other."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models.scope import ScopedQuerySet
from foundation.ids import new_id


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    visitor_path = "conversation__visitor_id"


class Attachment(models.Model):
    """A stored file. It is sent once, with one message; what that says of it stands on the entry, too.

    `keep_until` is set while it belongs to no message: after it the worker removes file and row. So it does when the
    conversation is gone, whose deletion therefore leaves the row. `author` None: the visitor.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    website = models.ForeignKey(
        "accounts.Website", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    conversation = models.ForeignKey("conversations.Conversation", models.SET_NULL, null=True, related_name="+")
    entry = models.ForeignKey("conversations.Entry", models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    by_visitor = models.BooleanField()
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(help_text="bytes")
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    place = models.CharField(max_length=200, help_text="in the storage")
    created_at = models.DateTimeField(db_default=Now())
    keep_until = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["keep_until"], name="attachment_removal", condition=Q(keep_until__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name

    def described(self) -> dict[str, Any]:
        """What the entry says of it."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "size": self.size,
            "content_type": self.content_type,
            "width": self.width,
            "height": self.height,
        }
