"""Headings of a PDF, which has none: lines in larger type than most of the text, or all bold, become Markdown's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

LARGER = 1.15  # times the size of most of the text
LONGEST = 100  # characters
MOST = 0.3  # of the lines; more are no headings but the way the whole of it is set
NO_END = (".", ",", ";", "!")
BOLD = ("bold", "black", "heavy", "semibold")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    size: float = 0.0
    is_bold: bool = False


class Page:
    """Takes a page's pieces as pypdf finds them: `extract_text(visitor_text=page.take)`."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, float, bool]] = []

    def take(self, text: str, outer: Sequence[float], inner: Sequence[float], font: Any, size: float | None) -> None:
        if text:
            scaled = (size or 0.0) * abs(outer[3] or outer[1]) * abs(inner[3] or inner[1])
            self._pieces.append((text, round(scaled, 1), _is_bold(font)))

    def lines(self, whole: str) -> list[Line]:
        """Without sizes where the pieces are not the whole text."""
        if "".join(text for text, _, _ in self._pieces) != whole:
            return [Line(text) for text in whole.split("\n")]
        lines: list[list[tuple[str, float, bool]]] = [[]]
        for text, size, is_bold in self._pieces:
            first, *more = text.split("\n")
            lines[-1].append((first, size, is_bold))
            lines += [[(one, size, is_bold)] for one in more]
        return [_joined(pieces) for pieces in lines]


def with_headings(pages: Iterable[list[Line]]) -> list[str]:
    """The texts of the pages."""
    known = list(pages)
    every = [line for lines in known for line in lines if line.text.strip()]
    letters: Counter[float] = Counter()
    bold = 0
    for line in every:
        letters[line.size] += len(line.text)
        bold += line.is_bold * len(line.text)
    usual = letters.most_common(1)[0][0] if letters else 0.0
    bold_counts = bold < MOST * letters.total()
    headings = {line for line in every if _is_heading(line, usual, bold_counts)}
    if sum(line in headings for line in every) > MOST * len(every):
        headings = set()
    return ["\n".join(_written(lines, headings)) for lines in known]


def _written(lines: list[Line], headings: set[Line]) -> Iterable[str]:
    """A heading of several lines is one."""
    for (is_heading, _), group in groupby(lines, key=lambda line: (line in headings, line in headings and line.size)):
        texts = [line.text for line in group]
        if is_heading:
            yield f"\n## {' '.join(text.strip() for text in texts)}\n"
        else:
            yield from texts


def _is_heading(line: Line, usual: float, bold_counts: bool) -> bool:
    text = line.text.strip()
    if len(text) > LONGEST or text.endswith(NO_END) or not any(char.isalpha() for char in text) or not usual:
        return False
    return line.size >= usual * LARGER or (bold_counts and line.is_bold and line.size >= usual)


def _joined(pieces: list[tuple[str, float, bool]]) -> Line:
    """As large as most of it, bold if all of it is."""
    said = [piece for piece in pieces if piece[0].strip()]
    text = "".join(text for text, _, _ in pieces)
    if not said:
        return Line(text)
    size = max(said, key=lambda piece: len(piece[0]))[1]
    return Line(text, size, all(is_bold for _, _, is_bold in said))


def _is_bold(font: Any) -> bool:
    name = str((font or {}).get("/BaseFont", "")).lower()
    return any(word in name for word in BOLD)
