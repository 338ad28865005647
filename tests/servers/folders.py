"""Folders for servers."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_folder() -> Iterator[Path]:
    """Every account can enter it, as it can an ordinary person's; pytest's own are closed to all but ourselves."""
    made = Path(tempfile.mkdtemp(prefix="chatplatform-test-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made)
