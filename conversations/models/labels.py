"""The labels an organisation uses, with a colour each. A conversation carries their names."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.actors import Actor, Staff
from accounts.models import Website
from conversations.models.scope import ScopedQuerySet

LONGEST_LABEL = 60


def labelled(name: str) -> Q:
    """A condition for conversations, in the words of the index conversation_labels, which holds only those with any."""
    return Q(labels__contains=[name]) & ~Q(labels=[])


class Labels(ScopedQuerySet["Label"]):
    """Rows of the organisations whose websites somebody of the staff may see; visitors see none."""

    def for_actor(self, actor: Actor) -> Self:
        if not isinstance(actor, Staff):
            return self._scope(pk__in=[])
        sites = Website.objects.filter(pk__in=list(actor.websites))
        return self._scope(organisation__in=sites.values("organisation"))


class Label(models.Model):
    """`name` stands in `Conversation.labels`; a label that is removed here stays where it was set."""

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=LONGEST_LABEL)
    color = models.CharField(
        max_length=7, default="#5c6370", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour such as #3454d1.")]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Labels.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("organisation", Lower("name"), name="one_label_per_name")]

    def __str__(self) -> str:
        return self.name
