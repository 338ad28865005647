"""`manage.py doctor` as operators run it: a program of its own, with an environment."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from typing import Any

from tests.servers.stack import PROJECT, Stack

COMMAND = [sys.executable, "manage.py", "doctor"]
Report = dict[str, Any]


def environment_of(stack: Stack, environment: dict[str, str]) -> dict[str, str]:
    return os.environ | dict(stack.environment) | environment


def doctor(stack: Stack, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return _run(arguments, environment_of(stack, environment))


def examined(stack: Stack, *arguments: str, **environment: str) -> Report:
    """Fails the test where it did not end with a report, or with an exit code that does not say the same."""
    return report_of(doctor(stack, "--json", *arguments, **environment))


def examined_without_room(stack: Stack) -> Report:
    """No file may grow, as on a volume that is full."""
    ended = _run(["--json"], environment_of(stack, {}), lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    return report_of(ended)


def report_of(ended: subprocess.CompletedProcess[str]) -> Report:
    report: Report = json.loads(ended.stdout.splitlines()[-1])
    assert ended.returncode == (0 if report["ok"] else 1), ended.stderr
    return report


def _run(arguments: Any, environment: dict[str, str], first: Any = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        preexec_fn=first,
    )
