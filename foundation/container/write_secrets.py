"""Make the secrets of a new installation, once; later starts find them and change nothing.

python -m foundation.container.write_secrets

Each folder is a volume: /run/chatplatform is the product's (a file per setting, by its name), the others belong to
Postgres, Redis and Prometheus, whose token is METRICS_TOKEN where the operator has set one. Whoever mounts a volume may
read all of it; nobody mounts that of another.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REDIS = """\
requirepass {password}
port 6379
protected-mode yes
bind * -::*
# It holds hints only, which may be lost: nothing is written to the disk, and the oldest goes first.
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
"""


@dataclass(frozen=True)
class Folders:
    product: Path = Path("/run/chatplatform")
    postgres: Path = Path("/run/for-postgres")
    redis: Path = Path("/run/for-redis")
    prometheus: Path = Path("/run/for-prometheus")


def main() -> None:
    try:
        write_secrets(Folders())
    except OSError as problem:
        hint = " Make room, then `docker compose up -d` again." if problem.errno == errno.ENOSPC else ""
        sys.exit(f"The secrets cannot be written: {problem.strerror}: {problem.filename or 'a volume'}.{hint}")


def write_secrets(folders: Folders, say: Callable[[str], object] = print) -> None:
    """What is there stays; what follows from it is written anew."""
    made = []
    token = folders.product / "metrics_token"
    for file in (folders.product / "secret_key", token, folders.postgres / "password", folders.redis / "password"):
        if not file.exists() or not file.stat().st_size:
            write(file, secrets.token_urlsafe(50))
            made.append(str(file))
    database, redis = (folder.joinpath("password").read_text() for folder in (folders.postgres, folders.redis))
    write(folders.product / "database_url", f"postgresql://chat:{database}@postgres:5432/chatplatform")
    write(folders.product / "redis_url", f"redis://:{redis}@redis:6379/0")
    write(folders.prometheus / "token", os.environ.get("METRICS_TOKEN") or token.read_text())
    write(folders.redis / "redis.conf", REDIS.format(password=redis))
    say(f"Made {', '.join(made)}." if made else "All secrets are there already.")


def write(file: Path, text: str) -> None:
    """Under another name first: a start that was cut short, even by the power, leaves no half of a secret."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with unfinished.open("w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.chmod(0o444)  # Postgres and Redis read as users of their own
    unfinished.replace(file)


if __name__ == "__main__":
    main()
