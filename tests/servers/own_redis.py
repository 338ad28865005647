"""A Redis that one test has for itself, to take it away and bring it back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from foundation.embedded.redis import EmbeddedRedis
from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process


@contextmanager
def own_redis() -> Iterator[tuple[str, Process]]:
    """Its address, and the process, which is ready. It keeps nothing over a restart."""
    folder = Path(tempfile.mkdtemp(prefix="chatplatform-tests-"))
    folder.chmod(0o755)  # as root, Redis runs as another account
    settings = EmbeddedRedis(folder, free_port(), folder / "redis.log", durable=False)
    settings.prepare()
    try:
        with Process(settings.process()) as process:
            process.wait_until_ready()
            yield settings.url(), process
    finally:
        for left in (settings.home, folder):
            rmtree(left, ignore_errors=True)
