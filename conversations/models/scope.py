"""The scope comes first: a query of the core that was not told for whom it is raises."""

from __future__ import annotations

from typing import Generic, Self, TypeVar

from django.db import models

from accounts.actors import Actor, Staff
from foundation.scope import GuardedQuerySet, Unscoped

__all__ = ["ScopedQuerySet", "Unscoped"]
M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(GuardedQuerySet[M], Generic[M]):
    """Rows of the websites of an actor. `visitor_path` leads from the model to the visitor's id."""

    visitor_path = "visitor_id"

    def for_actor(self, actor: Actor) -> Self:
        """What this actor may see: staff their websites, a visitor their own."""
        if isinstance(actor, Staff):
            return self._scope(website_id__in=list(actor.websites))
        return self._scope(website_id=actor.website_id, **{self.visitor_path: actor.visitor_id})
