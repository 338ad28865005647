"""The Postgres and the Redis of a demo: embedded ones, or those that the environment names."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import psycopg
import redis

from foundation.embedded.postgres import EmbeddedPostgres
from foundation.embedded.redis import EmbeddedRedis
from foundation.local_demo.data_directory import DataDirectory
from foundation.supervisor.failure import StartFailure
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process
from foundation.supervisor.supervisor import Supervisor

DATABASE = "chatplatform"


def start_servers(given: Mapping[str, str], directory: DataDirectory, supervisor: Supervisor) -> dict[str, str]:
    """Returns DATABASE_URL and REDIS_URL, with servers behind them that answer."""
    postgres, own_redis = embedded_postgres(given, directory), embedded_redis(given, directory)
    embedded = [server for server in (postgres, own_redis) if server is not None]
    for server in embedded:
        server.prepare()
    supervisor.start(*(Process(server.process()) for server in embedded))
    if postgres is not None:
        postgres.create_database(DATABASE)
    return {
        "DATABASE_URL": postgres.url(DATABASE) if postgres else answering_postgres(given["DATABASE_URL"]),
        "REDIS_URL": own_redis.url() if own_redis else answering_redis(given["REDIS_URL"]),
    }


def embedded_postgres(given: Mapping[str, str], directory: DataDirectory) -> EmbeddedPostgres | None:
    if given.get("DATABASE_URL"):
        return None
    return EmbeddedPostgres(directory.path / "postgres", free_port(), directory.log("postgres"))


def embedded_redis(given: Mapping[str, str], directory: DataDirectory) -> EmbeddedRedis | None:
    if given.get("REDIS_URL"):
        return None
    return EmbeddedRedis(directory.path / "redis", free_port(), directory.log("redis"))


def answering_postgres(url: str) -> str:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as problem:
        reason = str(problem).strip().splitlines()[0]
        raise StartFailure(f"DATABASE_URL ({without_password(url)}) does not answer: {reason}") from None
    return url


def answering_redis(url: str) -> str:
    try:
        with redis.Redis.from_url(url, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as problem:
        raise StartFailure(f"REDIS_URL ({without_password(url)}) does not answer: {problem}") from None
    return url


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
