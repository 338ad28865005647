"""Shows on the terminal what processes write into their log files, each line with its process's name."""

import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TextIO

LOOK_SECONDS = 0.15
COLORS = ("36", "35", "33", "32")


class LogView:
    """Follows the files from their present ends. A thread of its own: a slow terminal delays nobody."""

    def __init__(self, logs: Iterable[tuple[str, Path]], terminal: TextIO = sys.stdout) -> None:
        self.terminal = terminal
        self.followed = [FollowedLog(name, path, color) for (name, path), color in zip(logs, COLORS, strict=False)]
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._follow, name="log view", daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        """Shows what is still unseen, then ends."""
        self.closing.set()
        self.thread.join(2)
        for log in self.followed:
            log.file.close()

    def _follow(self) -> None:
        last_look = False
        while not last_look:
            last_look = self.closing.wait(LOOK_SECONDS)
            try:
                self._show_new_lines()
            except (OSError, ValueError):
                return  # the terminal is gone; the log files are not

    def _show_new_lines(self) -> None:
        for log in self.followed:
            for line in log.new_lines():
                self.terminal.write(f"{log.label(self.terminal.isatty())} {line}\n")
        self.terminal.flush()


class FollowedLog:
    def __init__(self, name: str, path: Path, color: str) -> None:
        self.name = name
        self.color = color
        path.touch()
        self.file: BinaryIO = path.open("rb")
        self.file.seek(0, 2)
        self.unfinished = b""

    def new_lines(self) -> list[str]:
        *lines, self.unfinished = (self.unfinished + self.file.read()).split(b"\n")
        return [line.decode(errors="replace").rstrip("\r") for line in lines]

    def label(self, colored: bool) -> str:
        label = f"{self.name:<8}|"
        return f"\033[{self.color}m{label}\033[0m" if colored else label
