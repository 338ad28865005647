"""All rows of a database, out of it and into an empty one of the same form, as Postgres' COPY writes them.

No program of Postgres is needed, and neither its version nor that of its disk format matters. What is copied is one
snapshot: people go on chatting meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import sql

TABLES = """
SELECT class.relname, array_agg(attribute.attname ORDER BY attribute.attnum) FILTER (WHERE attribute.attgenerated = '')
FROM pg_class class JOIN pg_attribute attribute ON attribute.attrelid = class.oid
WHERE class.relkind = 'r' AND class.relnamespace = 'public'::regnamespace
  AND attribute.attnum > 0 AND NOT attribute.attisdropped
GROUP BY class.relname ORDER BY class.relname
"""
REFERENCES = """
SELECT DISTINCT source.relname, target.relname
FROM pg_constraint JOIN pg_class source ON source.oid = conrelid JOIN pg_class target ON target.oid = confrelid
WHERE contype = 'f' AND conrelid <> confrelid AND NOT condeferrable AND connamespace = 'public'::regnamespace
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
Connection = psycopg.Connection[Any]


class Reader(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Table:
    name: str
    columns: list[str]


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection to which the database stands still."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


def tables_of(connection: Connection) -> list[Table]:
    """With the columns that can be written: what Postgres computes by itself is not copied."""
    return [Table(name, columns) for name, columns in connection.execute(TABLES)]


def sequences_of(connection: Connection) -> dict[str, int]:
    """The last number that each has given out; those that have given none are left out."""
    return {name: last for name, last in connection.execute(SEQUENCES) if last is not None}


def copy_out(connection: Connection, table: Table, write: Callable[[bytes], object]) -> int:
    """How many rows it has."""
    with connection.cursor() as cursor:
        with cursor.copy(_copy(table, "TO STDOUT")) as copy:
            for chunk in copy:
                write(bytes(chunk))
        return cursor.rowcount


def copy_in(connection: Connection, table: Table, source: Reader, piece: int = 1 << 20) -> int:
    """How many rows were written."""
    with connection.cursor() as cursor:
        with cursor.copy(_copy(table, "FROM STDIN")) as copy:
            while chunk := source.read(piece):
                copy.write(chunk)
        return cursor.rowcount


@contextmanager
def triggers_off(connection: Connection, tables: list[Table]) -> Iterator[None]:
    """What they would do is in the rows already. Checks of references go on, at the end of the transaction."""

    def switch(word: LiteralString) -> None:
        for table in tables:
            connection.execute(sql.SQL(f"ALTER TABLE {{}} {word} TRIGGER USER").format(sql.Identifier(table.name)))

    switch("DISABLE")
    yield
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # Postgres alters no table that has checks to come
    switch("ENABLE")


def empty(connection: Connection, tables: list[Table]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
    connection.execute(sql.SQL("TRUNCATE {}").format(names))


def set_sequences(connection: Connection, sequences: dict[str, int]) -> None:
    for name, last in sequences.items():
        connection.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', last])


def in_order(connection: Connection, tables: list[Table]) -> list[Table]:
    """Whoever is referred to comes first, where the check does not wait until all are there."""
    before: dict[str, set[str]] = {}
    for source, target in connection.execute(REFERENCES):
        before.setdefault(source, set()).add(target)
    ordered: dict[str, Table] = {}
    left = {table.name: table for table in tables}
    while left:
        ready = [name for name in left if not (before.get(name, set()) & left.keys())] or list(left)
        ordered |= {name: left.pop(name) for name in ready}
    return list(ordered.values())


def digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """Of each table: how many rows, and a sum over what stands in them, in whatever order they lie."""
    query = sql.SQL(
        "SELECT count(*), coalesce(sum(('x' || left(md5(row::text), 15))::bit(60)::bigint), 0)::text FROM {} row"
    )
    found = {}
    for table in tables_of(connection):
        row = connection.execute(query.format(sql.Identifier(table.name))).fetchone()
        assert row is not None
        found[table.name] = (row[0], row[1])
    return found


def _copy(table: Table, direction: LiteralString) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table.name), columns)
