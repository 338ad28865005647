"""A line about an error says where it came from, and nothing of what lay in memory there."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import logging.config
from foundation.logs import logging_config

logging.config.dictConfig(logging_config("text", "INFO"))
def fail():
    password = "sword" + "fish"
    raise ValueError("no")
try:
    fail()
except ValueError:
    logging.getLogger("a library").exception("it failed")
"""


def test_an_error_is_logged_with_its_traceback_and_without_the_values_of_variables() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    said = ran.stdout + ran.stderr
    assert "in fail" in said
    assert "ValueError: no" in said
    assert "swordfish" not in said
