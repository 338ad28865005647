"""What happened, as a page that people can read: docs/operators/proof.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path

NOISE = re.compile(
    r"^\s*(Container|Network|Volume|Image) .*(Creat|Start|Re(start|creat)|Stopp|Remov|Wait|Running|Buil[dt]|Exit|Heal)"
)
COMMIT = re.compile(r"(?<=^HEAD is now at )[0-9a-f]+ .*")  # of a clone that nobody else has
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z| UTC)? ?")


class Transcript:
    """Written to the terminal at once, and to the file once all of it has succeeded."""

    def __init__(self, project: str, file: Path | None) -> None:
        self.project = project
        self.file = file
        self.written: list[str] = []
        self.in_block = False

    def title(self, text: str) -> None:
        self._block(False)
        self._write(f"\n## {text}\n")

    def fact(self, text: str) -> None:
        """Something that was checked: had it not been so, the proof had ended."""
        self._block(False)
        self._write(f"* {text}")

    def shell(self, command: str, output: str = "") -> None:
        self._block(True)
        self._write(f"$ {command}")
        for line in self.readable(output):
            self._write(line)

    def readable(self, output: str) -> list[str]:
        """Without progress, times and the names that compose makes of the project's."""
        lines = [TIMES.sub("", line).replace(f"{self.project}-", "").rstrip() for line in output.splitlines()]
        lines = [COMMIT.sub("…", line) for line in lines]
        return [line[:220] for line in lines if line and not NOISE.match(line)]

    def save(self, heading: str, among: bool = False) -> None:
        """`among` the sections that the file has, or in their place."""
        self._block(False)
        if self.file is not None:
            text = "\n".join(self.written) + "\n"
            if among:
                text = put_among(self.file.read_text(), text)
            self.file.write_text(re.sub(r"\n{3,}", "\n\n", f"{heading}\n{text}"))

    def _block(self, wanted: bool) -> None:
        if self.in_block != wanted:
            self.in_block = wanted
            self._write("\n```" if wanted else "```\n")

    def _write(self, line: str) -> None:
        self.written.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def put_among(page: str, text: str) -> str:
    """The sections of the page, without its heading: one of the same title makes room, and one that is new comes after
    the one that was written before it, or to the end.
    """
    sections = {one.splitlines()[0]: one for one in re.split(r"(?m)^(?=## )", page)[1:]}
    order, last = list(sections), ""
    for new in re.split(r"(?m)^(?=## )", text)[1:]:
        title = new.splitlines()[0]
        if title not in sections:
            order.insert(order.index(last) + 1 if last else len(order), title)
        sections[title] = f"{new.rstrip()}\n\n"
        last = title
    return "".join(f"{sections[title].rstrip()}\n\n" for title in order).rstrip() + "\n"
