"""Brings tests/assistant/fixtures.py, which imports models and so must wait until Django is set up."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("tests.assistant.fixtures")
