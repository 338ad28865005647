"""Runs the external client (client/main.mjs) and sees to it that nothing was lost meanwhile."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.targets import NODE, Plan, Running

CLIENT = Path(__file__).resolve().parent / "client" / "main.mjs"
CONTENT = "Hello, I would like to know whether the blue tent is back in stock and when it could be here."
Result = dict[str, Any]


def drive(
    running: Running,
    scenario: str,
    plan: Plan,
    *,
    when_open: Callable[[], None] | None = None,
    when_done: Callable[[], None] = lambda: None,
) -> Result:
    """What the client found, with `lost` and `doubled` over everything that it knows and that is stored.

    With `when_open` the client waits in the middle, with its sockets open, until that has been called; `when_done` is
    called as soon as it has said its result.
    """
    told = {"content": CONTENT, **plan, "scenario": scenario}
    before = running.stored(plan)
    with subprocess.Popen([NODE, CLIENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        try:
            say(client, json.dumps(told))
            if when_open is not None and client.stdout.readline():
                when_open()
                say(client, "go on")
            printed = client.stdout.readline()
            when_done()
        except BaseException:
            client.kill()  # it would wait for us, and we for it
            raise
    if client.returncode != 0 or not printed:
        raise RuntimeError(f"the client failed against {running.target.name} ({scenario})")
    result: Result = json.loads(printed)
    return result | {"stored": running.stored(plan) - before, "misnumbered": running.misnumbered(plan)}


def say(client: subprocess.Popen[str], line: str) -> None:
    assert client.stdin is not None
    client.stdin.write(line + "\n")
    client.stdin.flush()
