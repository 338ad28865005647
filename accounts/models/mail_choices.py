"""Which e-mails somebody of the staff wants, and how far they have got them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

ELSEWHERE = "*"  # in the place of a website's id: what holds for those about which nothing was chosen


class MailChoices(models.Model):
    """Of one person, locked while a mail to them is chosen and sent.

    `pending`: new conversations about which they are to be written to; `told`: the last ones about which they were,
    so that a job that is done twice tells nothing twice. `mailed_at`: of the last hour.
    """

    class NewConversations(models.TextChoices):
        ALL = "all", "All"
        UNATTENDED = "unattended", "When nobody is there"
        NONE = "none", "None"

    class Digest(models.TextChoices):
        NONE = "none", "Never"
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every Monday"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="mail_choices")
    new_conversations = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), help_text="By the id of the website."
    )
    digest = models.CharField(max_length=10, choices=Digest, default=Digest.NONE, db_default=Digest.NONE)
    time_zone = models.CharField(max_length=60, default="UTC", db_default="UTC")
    digest_due_at = models.DateTimeField(null=True, blank=True)
    pending = ArrayField(models.UUIDField(), default=list, db_default=[])
    told = ArrayField(models.UUIDField(), default=list, db_default=[])
    mailed_at = ArrayField(models.DateTimeField(), default=list, db_default=[])
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="They have had enough mails: what is pending goes as one, then."
    )

    class Meta:
        verbose_name_plural = "mail choices"
        indexes: ClassVar = [models.Index(fields=["digest_due_at"], name="digests_due", condition=~Q(digest="none"))]

    def __str__(self) -> str:
        return f"{self.user}: {self.digest}"

    def of_website(self, website_id: int) -> str:
        """What they want to hear of new conversations there."""
        found = self.new_conversations.get(str(website_id), self.new_conversations.get(ELSEWHERE))
        return found if found in self.NewConversations.values else self.NewConversations.UNATTENDED


def choices_of(user_id: int) -> MailChoices:
    """Also of one who never chose. Primary key."""
    return MailChoices.objects.filter(pk=user_id).first() or MailChoices(pk=user_id)
