"""Runs the installers, and says in one sentence what to do when one of them fails."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from foundation.supervisor.failure import StartFailure

PLATFORM = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"

# Looked for in this order: a broken network also looks like a missing package.
REASONS = (
    (("No space left on device", "ENOSPC"), "The disk is full: make room, then make again."),
    (
        ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED"),
        "The package index cannot be reached: check the network, then make again.",
    ),
    (("DO NOT MATCH THE HASHES",), "A package is not the one that was locked: empty pip's cache, then make again."),
    (
        ("No matching distribution", "Could not find a version"),
        f"No wheel fits this platform ({PLATFORM}): use Python 3.11 to 3.14 on Linux (glibc) or macOS, "
        "or run it with docker compose up.",
    ),
    (("ensurepip",), "This Python cannot make virtual environments: install python3-venv, then make again."),
)


def run(command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
    """Shows what the command prints. Raises StartFailure when it fails."""
    variables = {**os.environ, **(environment or {})}
    printed = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables
    ) as running:
        for line in running.stdout or ():
            print(f"    {line}", end="", flush=True)
            printed.append(line)
    if running.returncode != 0:
        raise StartFailure(reason_in("".join(printed)) or f"{Path(command[0]).name} failed; the lines above say why.")


def reason_in(printed: str) -> str | None:
    return next((sentence for signs, sentence in REASONS if any(sign in printed for sign in signs)), None)
