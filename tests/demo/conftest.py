"""The demo's data, made once for all tests of this process."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def seeded(open_database: None) -> None:
    call_command("seed_demo", verbosity=0)
