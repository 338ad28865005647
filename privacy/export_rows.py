"""Rows as JSON, for exports: every column but what is a secret, or of use to the database only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

SECRETS = {
    "token_hash",
    "identity_secret",
    "encrypted_key",
    "encrypted_secret",
    "password",
    "website_key",
    "place",
    "digest",
}
LEFT_OUT = (models.BinaryField, SearchVectorField)
AT_ONCE = 500  # rows in memory


def row_of(row: models.Model) -> dict[str, Any]:
    """Its columns, by their names."""
    return {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in SECRETS and not isinstance(field, LEFT_OUT)
    }


def hanging_on(row: models.Model, without: Iterable[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """What other tables hold of this row, in the layers above as well, by the names of their models."""
    found: dict[str, list[dict[str, Any]]] = {}
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model._meta.label_lower in without:
            continue
        name = relation.related_model._meta.label_lower
        rows = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
        hanging = [row_of(one) for one in rows.iterator(AT_ONCE)]
        if hanging:
            found[name] = hanging
    return found


def text_of(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def listed(rows: Iterable[Any]) -> Iterator[str]:
    """A JSON list in pieces, so that however many there are one at a time is in memory."""
    yield "["
    for number, row in enumerate(rows):
        yield ("," if number else "") + "\n" + text_of(row)
    yield "\n]\n"
