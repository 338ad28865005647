"""Which columns hold what is encrypted, and how each is brought under the newest secret, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from foundation.encrypted_columns import EncryptedField, TokenField
from foundation.encryption import TOKENS_BEGIN, Unreadable, renewed

# JSON whose texts allauth has us encrypt: secrets of authenticator apps and recovery codes.
OF_OTHERS = {("mfa", "Authenticator", "data")}


class Outcome(Enum):
    OLD = "under an older secret"
    RENEWED = "renewed"
    CURRENT = "up to date"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Column:
    model: type[models.Model]
    name: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"


def columns() -> Iterator[Column]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            known = (model._meta.app_label, model.__name__, field.name) in OF_OTHERS
            if known or isinstance(field, EncryptedField | TokenField):
                yield Column(model, field.name)


def rotate(column: Column, *, only_count: bool = False) -> Counter[Outcome]:
    """Each row on its own, so that whoever writes one meanwhile waits for a moment only."""
    counted: Counter[Outcome] = Counter()
    for pk in column.model._base_manager.values_list("pk", flat=True).iterator():
        with transaction.atomic():
            counted.update(_rotate_row(column, pk, only_count))
    return counted


def _rotate_row(column: Column, pk: Any, only_count: bool) -> Counter[Outcome]:
    rows = column.model._base_manager.filter(pk=pk)
    locked = rows.select_for_update().annotate(as_stored=_as_stored(column))
    stored = locked.values_list("as_stored", flat=True).first()
    counted: Counter[Outcome] = Counter()
    new = _renewed(stored, counted)
    if counted[Outcome.OLD] and not only_count:
        # A value in place of a text: the field would encrypt that once more.
        rows.update(**{column.name: models.Value(new, _plain(column))})
        counted[Outcome.RENEWED] = counted.pop(Outcome.OLD)
    return counted


def _renewed(stored: Any, counted: Counter[Outcome]) -> Any:
    """The same with every token in it renewed."""
    match stored:
        case dict():
            return {name: _renewed(value, counted) for name, value in stored.items()}
        case list():
            return [_renewed(value, counted) for value in stored]
        case str() if stored.startswith(TOKENS_BEGIN):
            try:
                new = renewed(stored)
            except Unreadable:
                counted[Outcome.UNREADABLE] += 1
                return stored
            counted[Outcome.CURRENT if new == stored else Outcome.OLD] += 1
            return new
        case _:
            return stored


def _as_stored(column: Column) -> Any:
    return Cast(models.F(column.name), _plain(column))


def _plain(column: Column) -> models.Field[Any, Any]:
    is_json = isinstance(column.model._meta.get_field(column.name), models.JSONField)
    return models.JSONField() if is_json else models.TextField()
