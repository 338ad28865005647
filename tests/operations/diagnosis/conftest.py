from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.operations.diagnosis.broken_proxy import BrokenProxy
from tests.servers.stack import Stack


@pytest.fixture
def proxy(stack: Stack) -> Iterator[BrokenProxy]:
    with BrokenProxy(stack.port) as started:
        yield started
