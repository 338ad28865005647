"""Arrays as Postgres reads them. psycopg asks of each element what it is, which takes several times as long."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID


def array_literal(values: Sequence[str | UUID | int | None]) -> str:
    """One parameter, to be cast in the statement, as in `%s::uuid[]`. Texts are quoted, whatever they hold."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: str | UUID | int | None) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "NULL" if value is None else str(value)
