"""Whether this container does its work; its last line says what is wrong. For the health checks in docker-compose.yml.

python -m foundation.container.health web       asks /health/ready/ for all that the web server itself needs
python -m foundation.container.health worker    looks when the worker last reached Postgres
python -m foundation.container.health backup    looks how old the newest backup is
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from foundation.backups.folder import LATE, newest_backup

READY = "http://127.0.0.1:8000/health/ready/"
ALIVE = Path("/tmp/alive")
SILENCE = 45.0  # seconds; the worker gives a sign of life every 15
PATIENCE = 6.0
NOT_OURS = {"worker"}  # a worker that is gone shows as its own container


def main() -> None:
    match sys.argv[1]:  # None is 0; a sentence is printed, and is 1
        case "web":
            sys.exit(web())
        case "worker":
            sys.exit(worker())
        case _:
            sys.exit(backup())


def web(url: str = READY) -> str | None:
    """None, or what is wrong."""
    # By its public name: under another one, the web server answers nobody.
    public = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc
    request = urllib.request.Request(url, headers={"Host": public} if public else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return None
    except urllib.error.HTTPError as refusal:
        return missing(refusal)
    except OSError as problem:
        return f"The web server does not answer: {problem}"


def missing(refusal: urllib.error.HTTPError) -> str | None:
    try:
        parts = json.loads(refusal.read())["parts"]
    except (ValueError, KeyError):
        return f"The web server answers {refusal.code}."
    down = [f"{name} ({part['error']})" for name, part in parts.items() if not part["ok"] and name not in NOT_OURS]
    return f"Not reachable: {', '.join(down)}." if down else None


def backup(folder: Path | None = None) -> str | None:
    """None, or what is wrong."""
    newest = newest_backup(folder or Path(os.environ.get("BACKUP_DIR", ".")))
    if newest is None:
        return "There is no backup yet."
    hours = (time.time() - newest.begun_at.timestamp()) / 3600
    allowed = LATE * float(os.environ.get("BACKUP_HOURS") or 24)
    return f"The newest backup is {hours:.1f} hours old." if hours > allowed else None


def worker(alive: Path = ALIVE) -> str | None:
    """None, or what is wrong."""
    try:
        silent = time.time() - alive.stat().st_mtime
    except FileNotFoundError:
        return "The worker has not reached Postgres yet."
    return f"The worker has not reached Postgres for {silent:.0f} s." if silent > SILENCE else None


if __name__ == "__main__":
    main()
