#!/usr/bin/env python
"""Run a management command; beside a running demo, on the demo's own servers."""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatplatform.settings")
    read_demo_environment()
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (after the environment is set)

    execute_from_command_line(sys.argv)


def read_demo_environment() -> None:
    """Take what `make demo` wrote to $DATA_DIR/env, unless the shell names a database of its own."""
    if "DATABASE_URL" in os.environ or sys.argv[1:2] == ["demo"]:
        return
    path = Path(os.environ.get("DATA_DIR", ".data")) / "env"
    if not path.is_file():
        return
    for line in path.read_text().splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            os.environ.setdefault(key.strip(), value.strip())


if __name__ == "__main__":
    main()
