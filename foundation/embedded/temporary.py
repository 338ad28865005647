"""A Postgres and a Redis for an hour, or a minute: nothing of them is kept."""

import shutil
import tempfile
from pathlib import Path
from typing import Self

from foundation.embedded.postgres import EmbeddedPostgres
from foundation.embedded.redis import EmbeddedRedis
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process


class EmbeddedServers:
    """Both in one temporary folder, started together. A test may kill, freeze and restart the processes.

    Unless they are to be `durable`, as in production, they trade what a crash of the machine would lose for speed.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chatplatform-tests-"))
        self.folder.chmod(0o755)  # as root, the servers run as another account
        self.postgres = EmbeddedPostgres(self.folder / "pg", free_port(), self.folder / "postgres.log", durable)
        self.redis = EmbeddedRedis(self.folder / "redis", free_port(), self.folder / "redis.log", durable)
        self.postgres_process = Process(self.postgres.process())
        self.redis_process = Process(self.redis.process())

    def __enter__(self) -> Self:
        self.postgres.prepare()
        self.redis.prepare()
        self.postgres_process.start()
        self.redis_process.start()
        self.postgres_process.wait_until_ready()
        self.redis_process.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.redis_process.stop()
        self.postgres_process.stop()
        for folder in (self.postgres.home, self.redis.home, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
