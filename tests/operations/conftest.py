from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.folders import new_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as made:
        yield made
