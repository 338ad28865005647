"""Looking for words everywhere: in every column of every table, in Redis, in the folders of files, in logs."""

from __future__ import annotations

from pathlib import Path

import redis
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

COLUMNS = """
SELECT quote_ident(table_schema) || '.' || quote_ident(table_name), quote_ident(column_name)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'
ORDER BY 1, 2
"""


def places_of(word: str) -> list[str]:
    """Where it stands: `table.column`, a key of Redis, a file's path. Case does not matter; words of search count."""
    return [*in_postgres(word), *in_redis(word), *in_files(word)]


def columns() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            found.setdefault(table, []).append(column)
    return found


def in_postgres(word: str) -> list[str]:
    """Each value as text; bytes are looked through as what they spell."""
    found = []
    with connection.cursor() as cursor:
        for table, names in columns().items():
            tests = ", ".join(
                f"bool_or(strpos(lower({name}::text), lower(%(word)s)) > 0 OR strpos({name}::text, %(hex)s) > 0)"
                for name in names
            )
            cursor.execute(f"SELECT {tests} FROM {table}", {"word": word, "hex": word.encode().hex()})
            hits = cursor.fetchone()
            found += [f"{table}.{name}" for name, is_there in zip(names, hits, strict=True) if is_there]
    return found


def in_redis(word: str) -> list[str]:
    """Keys and values of every kind, of the whole server."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    needle, found = word.lower().encode(), []
    with client:
        for key in client.scan_iter(count=1000):
            if needle in key.lower() or needle in _value(client, key).lower():
                found.append(key.decode(errors="replace"))
    return found


def in_files(word: str) -> list[str]:
    """Names and content, in the folders of uploads and of exports."""
    needle, found = word.lower().encode(), []
    for name in ("uploads", "exports"):
        folder = Path(storages[name].path(""))
        for path in folder.rglob("*"):
            if path.is_file() and (needle in path.name.lower().encode() or needle in path.read_bytes().lower()):
                found.append(str(path))
    return found


def _value(client: redis.Redis, key: bytes) -> bytes:
    match client.type(key):
        case b"string":
            return client.get(key) or b""  # type: ignore[return-value]
        case b"hash":
            return repr(client.hgetall(key)).encode()
        case b"list":
            return repr(client.lrange(key, 0, -1)).encode()
        case b"set":
            return repr(client.smembers(key)).encode()
        case b"zset":
            return repr(client.zrange(key, 0, -1)).encode()
        case b"stream":
            return repr(client.xrange(key)).encode()
    return b""
