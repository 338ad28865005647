"""Demos, started the way a person starts one, and what they leave behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.servers.stack import PROJECT, answers

READY = "The live-chat demo is ready"
START_SECONDS = 90


class RunningDemo:
    """`manage.py demo` in a process of its own; leaving it stops it."""

    def __init__(self, folder: Path, port: int, more: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = port
        self.output = folder.with_name(f"{folder.name}-output.txt")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo"],
                cwd=PROJECT,
                env=demo_environment(folder, port) | dict(more or {}),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> "RunningDemo":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(60)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> "RunningDemo":
        self.wait_until_it_says(READY)
        return self

    def wait_until_it_says(self, words: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while words not in self.said():
            assert self.process.poll() is None, f"the demo ended: {self.said()}"
            assert time.monotonic() < deadline, f"it never said {words!r}: {self.said()}"
            time.sleep(0.05)

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(f"{self.url}/health/ready/"):
            assert time.monotonic() < deadline, f"it never was healthy: {self.said()}"
            time.sleep(0.2)

    def stop(self, number: signal.Signals) -> int:
        """Sends the signal to the demo alone and returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def environment(self) -> dict[str, str]:
        """What it wrote for commands beside it."""
        lines = (self.folder / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def demo_environment(folder: Path, port: int) -> dict[str, str]:
    """As a person's shell has it: nothing of what the tests set for themselves."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "REDIS_SERVER") if name in os.environ}
    return kept | {"PORT": str(port), "DATA_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


def processes_of(folder: Path) -> dict[int, str]:
    """Every living process that has to do with the folder, by its environment, arguments or working directory."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes()
            place = os.readlink(process / "cwd")
        except OSError:
            continue  # it has ended meanwhile
        if f"{folder}".encode() in told or place.startswith(f"{folder}/"):
            found[int(process.name)] = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found
