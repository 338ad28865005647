"""The folder in which a demo keeps everything: its servers' data, its logs, its secrets."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

from foundation.supervisor.failure import StartFailure

SPACE_NEEDED = 300 * 1024 * 1024


class DataDirectory:
    """One demo at a time has it: a lock that ends with the process says so."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.lock: TextIOWrapper | None = None

    def claim(self) -> None:
        """Makes the folder and takes it, or raises StartFailure with what is in the way."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.lock = (self.path / "lock").open("a+")
        except OSError as problem:
            what = f"DATA_DIR {self.path} cannot be used ({problem.strerror})"
            raise StartFailure(f"{what}: choose another one, DATA_DIR=~/chat make demo.") from None
        try:
            self._take_lock(self.lock)
            self._look_for_space()
        except StartFailure:
            self.release()
            raise

    def release(self) -> None:
        if self.lock is not None:
            self.lock.close()

    def secret_key(self) -> str:
        """Made once, so that log-ins survive a restart."""
        return self._kept("secret-key", secrets.token_urlsafe(50))

    def write_environment(self, variables: Mapping[str, str]) -> None:
        """Writes `env`, which manage.py reads when it is run beside the demo. For our eyes only: it holds passwords."""
        heading = "# Written by make demo at each start; manage.py reads it.\n"
        self._write_private("env", heading + "".join(f"{name}={value}\n" for name, value in variables.items()))

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    def start_new_logs(self) -> None:
        """Keeps the logs of the run before as `<name>.log.before`."""
        logs = self.path / "logs"
        logs.mkdir(exist_ok=True, mode=0o700)
        for log in logs.glob("*.log"):
            log.replace(log.with_name(f"{log.name}.before"))

    def _take_lock(self, lock: TextIOWrapper) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip()
            raise StartFailure(
                f"A demo is already running in {self.path} (process {pid}): stop it, or start another beside it, "
                "DATA_DIR=.data2 PORT=8010 make demo."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()

    def _look_for_space(self) -> None:
        if shutil.disk_usage(self.path).free < SPACE_NEEDED:
            raise StartFailure(f"The disk is full: the demo needs 300 MB free in {self.path}.")

    def _kept(self, name: str, fresh: str) -> str:
        file = self.path / name
        if not file.exists():
            self._write_private(name, fresh + "\n")
        return file.read_text().strip()

    def _write_private(self, name: str, text: str) -> None:
        """Under another name first, so that nobody reads half of it."""
        unfinished = self.path / f"{name}.unfinished"
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(text)
        unfinished.replace(self.path / name)
