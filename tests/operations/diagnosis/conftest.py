from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.operations.diagnosis.broken_proxy import BrokenProxy
from tests.servers.stack import Stack


@pytest.fixture(autouse=True)
def nothing_else_is_broken(all_at_work: None) -> None:
    """What a test finds broken is what it breaks."""


@pytest.fixture
def proxy(stack: Stack) -> Iterator[BrokenProxy]:
    with BrokenProxy(stack.port) as started:
        yield started
