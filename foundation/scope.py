"""The scope comes first: a query that was not told for whom it is raises when it is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Unscoped(RuntimeError):
    """Somebody forgot to say for whom."""


class GuardedQuerySet(models.QuerySet[M], Generic[M]):
    """Subclasses have a method per scope, such as `for_actor`, made with `_scope`."""

    scoped = False

    def for_system(self) -> Self:
        """Everything: for jobs, tests and the operators' admin, which act for nobody in particular."""
        return self._scope()

    def _scope(self, **conditions: Any) -> Self:
        scoped = self.filter(**conditions)
        scoped.scoped = True
        return scoped

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # private to Django, stable for ten years
        clone.scoped = self.scoped
        return clone

    def __or__(self, other: Any) -> Self:
        return self._widen(super().__or__(other), other)

    def __xor__(self, other: Any) -> Self:
        return self._widen(super().__xor__(other), other)

    def union(self, *others: Any, all: bool = False) -> Self:
        return self._widen(super().union(*others, all=all), *others)

    def _widen(self, together: Any, *others: Any) -> Self:
        """What was joined is scoped only if every part of it is."""
        widened: Self = together._chain()
        widened.scoped = self.scoped and min(other.scoped for other in others)
        return widened

    def _require_scope(self) -> None:
        if not self.scoped:
            raise Unscoped(f"{self.model.__name__}: say for whom first, by for_actor(actor) or another scope")

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        self._require_scope()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()
