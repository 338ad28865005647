from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.second_installation import Installation, second_installation, this_installation
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


@pytest.fixture
def here(stack: Stack, tmp_path: Path) -> Iterator[Installation]:
    """The shared stack; its worker rests, so that nobody writes but the test."""
    assert stack.worker is not None
    stack.worker.stop()
    yield this_installation(tmp_path / "backups")
    stack.worker.start()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Installation]:
    with second_installation(tmp_path / "second") as made:
        yield made
