"""A Redis of our own: `redis-server` of the system, or the one that `make demo` has installed."""

import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from foundation.embedded import quarters
from foundation.embedded.redis_program import find_server, version_of
from foundation.supervisor.accounts import Account
from foundation.supervisor.process import ProcessSpec

CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir {data}
requirepass {password}
appendonly {appendonly}
save ""
maxmemory 256mb
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class EmbeddedRedis:
    """One Redis that keeps its files in `folder`, on `port` of 127.0.0.1."""

    folder: Path
    port: int
    log: Path
    durable: bool = True

    def prepare(self) -> None:
        """Writes its configuration: a file, since everybody on the machine can read a command line."""
        self.data.mkdir(exist_ok=True)
        self._write(self.home / "redis.conf", self._configuration())
        if self.account:
            os.chown(self.data, self.account.uid, self.account.gid)

    def process(self) -> ProcessSpec:
        return ProcessSpec(
            name="redis",
            command=[self.program, self.home / "redis.conf"],
            log=self.log,
            folder=self.data.parent if self.account is None else Path("/"),
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            account=self.account,
            ready_seconds=30,
            is_ready=self.is_ready,
        )

    def is_ready(self) -> bool:
        """Whether what answers on our port is ours (it knows our password) and has read its files."""
        at_once = Retry(NoBackoff(), 0)
        with redis.Redis(port=self.port, password=self.password, socket_timeout=3, retry=at_once) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    @cached_property
    def account(self) -> Account | None:
        return Account.unprivileged(owner_of=self.folder)

    @cached_property
    def home(self) -> Path:
        return quarters.settle(self.folder, self.account)

    @property
    def data(self) -> Path:
        """One folder per version: an older Redis cannot read a newer one's files."""
        return self.home / f"data-{'.'.join(map(str, version_of(self.program)))}"

    @cached_property
    def password(self) -> str:
        file = self.home / "password"
        if not file.exists():
            self._write(file, secrets.token_urlsafe(24) + "\n")
        return file.read_text().strip()

    @cached_property
    def program(self) -> Path:
        program = find_server()
        if self.account and not self.account.can(program, "--version"):
            name = f"redis-{'.'.join(map(str, version_of(program)))}"
            copy = quarters.reachable_copy(name, program.parent.parent, (program.parent.name,))
            program = copy / program.parent.name / program.name
        return program

    def _configuration(self) -> str:
        appendonly = "yes" if self.durable else "no"
        quoted = f'"{self.data}"'
        return CONFIGURATION.format(port=self.port, data=quoted, password=self.password, appendonly=appendonly)

    def _write(self, file: Path, text: str) -> None:
        file.touch(mode=0o600)
        file.write_text(text)
        if self.account:
            os.chown(file, self.account.uid, self.account.gid)
