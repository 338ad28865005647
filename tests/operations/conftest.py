from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.folders import new_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as made:
        yield made


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """What a script has asked of a Docker that only writes it down, a line each."""
    file = tmp_path / "calls"
    file.touch()
    return file
