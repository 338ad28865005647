import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder that every account can enter, as an ordinary folder of an ordinary person is."""
    made = Path(tempfile.mkdtemp(prefix="chatplatform-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)
