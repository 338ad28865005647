"""Knowledge belongs to a website; a query that was not told which one raises."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from conversations.models.scope import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class WebsiteQuerySet(ScopedQuerySet[M]):
    """Rows that belong to websites, not to visitors."""

    def for_website(self, website_id: int) -> Self:
        """What this website's assistant may know."""
        return self._scope(website_id=website_id)
