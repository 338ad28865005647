"""The documentation built as a site, and served as any web server would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


def build(project: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """As `make docs` does, into a folder of the caller's."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of its first page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """What is asked for is the browser's to tell."""


def pages_of(folder: Path) -> list[str]:
    """Their addresses below the first one's."""
    found = sorted(str(file.parent.relative_to(folder)) for file in folder.rglob("index.html"))
    assert len(found) > 20
    return ["" if page == "." else f"{page}/" for page in found]
