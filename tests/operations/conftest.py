from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.folders import new_folder
from tests.servers.stack import Stack


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


@pytest.fixture
def all_at_work(stack: Stack) -> None:
    """The stack, and its worker, too: to which other modules give a rest, and which is back when it is heard of."""
    stack.web.wait_until_ready()
