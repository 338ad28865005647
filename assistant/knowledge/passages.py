"""An article cut at its headings. Long parts are cut again between paragraphs, so that a passage has one subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1500  # characters; a longer part answers several questions and ranks badly for each
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
ENDS = ("\n", ". ", "! ", "? ", "。", " ")
FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    body: str


def parts_of(markdown: str) -> list[Part]:
    """The parts of an article in their order; what stands before the first heading has none."""
    return [Part(heading, piece) for heading, body in _sections(markdown) for piece in _pieces(body)]


def paragraphs_of(markdown: str) -> list[str]:
    """Blocks between empty lines; a fenced block of code stays whole."""
    blocks: list[list[str]] = [[]]
    for line, fenced in _lines(markdown):
        if line.strip() or fenced:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]


def _sections(markdown: str) -> Iterator[tuple[str, str]]:
    heading, body = "", list[str]()
    for line, fenced in _lines(markdown):
        match = None if fenced else HEADING.match(line)
        if match:
            yield heading, "\n".join(body).strip()
            heading, body = match[1][:200], []
        else:
            body.append(line)
    yield heading, "\n".join(body).strip()


def _pieces(body: str) -> Iterator[str]:
    piece = ""
    for paragraph in (part for whole in paragraphs_of(body) for part in _shortened(whole)):
        if piece and len(piece) + 2 + len(paragraph) > LONGEST:
            yield piece
            piece = ""
        piece = f"{piece}\n\n{paragraph}" if piece else paragraph
    if piece:
        yield piece


def _shortened(paragraph: str) -> Iterator[str]:
    """A paragraph that is too long itself, as those of files are, cut after a line, a sentence or at least a word."""
    while len(paragraph) > LONGEST:
        end = next(
            (at for at in (paragraph.rfind(mark, LONGEST // 2, LONGEST) for mark in ENDS) if at > 0), LONGEST - 1
        )
        yield paragraph[: end + 1].rstrip()
        paragraph = paragraph[end + 1 :].lstrip()
    if paragraph:
        yield paragraph


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it belongs to a block of code."""
    fenced = False
    for line in markdown.splitlines():
        is_fence = bool(FENCE.match(line))
        yield line, fenced or is_fence
        fenced ^= is_fence
