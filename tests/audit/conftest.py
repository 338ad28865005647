"""Brings tests/dashboard/fixtures.py, which imports models and so must wait until Django is set up."""

from __future__ import annotations

import pytest
from django.apps import apps


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if apps.ready:  # not in the main process of xdist, which runs no tests
        config.pluginmanager.import_plugin("tests.dashboard.fixtures")
