"""See the package's docstring."""

import fcntl
import os
import sys
from pathlib import Path

from foundation.install import frontend, node_packages, python_packages, redis_server
from foundation.supervisor.failure import StartFailure

PROJECT = Path(__file__).resolve().parents[2]
LOCK = Path(".cache/install-lock")


def main() -> None:
    level = sys.argv[1]
    os.chdir(PROJECT)
    try:
        LOCK.parent.mkdir(exist_ok=True)
        with LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two demos started at once from one clone
            install(level)
    except StartFailure as failure:
        sys.exit(failure.sentence)
    except OSError as problem:
        sys.exit(f"{problem.strerror}: {problem.filename}. Make room or permit it, then make {level} again.")
    except KeyboardInterrupt:
        sys.exit("Stopped; the next make continues from here.")


def install(level: str) -> None:
    python_packages.install(level)
    if level == "docs":
        return
    redis_server.install()
    node_packages.install(level)
    frontend.build()


if __name__ == "__main__":
    main()
