"""A Postgres and a Redis whose clocks are wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.db import connection


@contextmanager
def postgres_ahead_by(seconds: float) -> Iterator[str]:
    """A URL of this test run's database under which `clock_timestamp()` is a function of ours."""
    schema = f"shifted_{uuid4().hex}"
    shifted = f"SELECT pg_catalog.clock_timestamp() + interval '{seconds} seconds'"
    function = f'"{schema}".clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $${shifted}$$'
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
        cursor.execute(f"CREATE FUNCTION {function}")
    try:
        yield with_option(f"-csearch_path={schema},pg_catalog,public")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
        connection.close()


def with_option(option: str) -> str:
    """The URL of this test run's database, with an option of each session."""
    url = str(settings.DATABASE_URL)
    return f"{url}{'&' if '?' in url else '?'}options={quote(option)}"


@asynccontextmanager
async def redis_behind_by(seconds: float) -> AsyncIterator[str]:
    """The URL of a server that speaks enough of Redis' protocol to be asked the time."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while words := await command(reader):
            writer.write(the_time(time.time() - seconds) if words[0].upper() == b"TIME" else b"+OK\r\n")
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"


async def command(reader: asyncio.StreamReader) -> list[bytes]:
    """Its words; none at the end."""
    head = await reader.readline()
    words = []
    for _ in range(int(head[1:] or 0)):
        length = int((await reader.readline())[1:])
        words.append((await reader.readexactly(length + 2))[:-2])
    return words


def the_time(at: float) -> bytes:
    parts = [str(int(at)), str(int(at % 1 * 1_000_000))]
    return ("*2\r\n" + "".join(f"${len(one)}\r\n{one}\r\n" for one in parts)).encode()
