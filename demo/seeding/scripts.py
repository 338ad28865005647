"""Conversations as one would write a play: `content/*/conversations/*.txt`.

After a head of facts, each line begins with who speaks: `visitor:`, a first name of the staff, `note ada:`; `ai` is the
built-in assistant, whose words are its own; `handoff` is the system; `wait: 3 h` lets time pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from demo.content import FOLDER

SECONDS = {"min": 60, "h": 3600, "days": 86400}
LINE = re.compile(r"(note )?(\w+)(?:: (.*))?")
# How long they take before they speak.
PAUSES = {"ai": 3, "handoff": 1, "visitor": 55, "wait": 0}
STAFF_PAUSE = 80


@dataclass(frozen=True, slots=True)
class Line:
    """`pause` in seconds comes before it."""

    speaker: str
    text: str
    is_note: bool
    pause: int


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    facts: dict[str, str]
    lines: list[Line]

    @property
    def began(self) -> int:
        """How many seconds ago."""
        return _seconds(self.facts["began"])


def labels_of(script: Script) -> list[str]:
    return [label.strip() for label in script.facts.get("labels", "").split(",") if label.strip()]


def scripts_of(folder: str) -> list[Script]:
    """All of a company's, in the order of their names."""
    return [
        _read(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER / folder / "conversations").glob("*.txt"))
    ]


def _read(name: str, text: str) -> Script:
    _, head, body = text.split("---\n", 2)
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    return Script(name, facts, [_line(line) for line in body.splitlines()])


def _line(line: str) -> Line:
    match = LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"Who says this? {line!r}")
    note, speaker, text = match[1], match[2], match[3] or ""
    pause = _seconds(text) if speaker == "wait" else PAUSES.get(speaker, STAFF_PAUSE)
    return Line(speaker, text, bool(note), pause)


def _seconds(text: str) -> int:
    """`2 days 3 h` → 183600."""
    words = text.split()
    return sum(int(number) * SECONDS[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
