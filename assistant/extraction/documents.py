"""What a document becomes, and why one cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_TEXT = 1_000_000  # characters of one document
KEPT = "\n\t\u200c\u200d"  # the last two join and divide letters and emoji
CUT = "It is very long: only the first million characters were read."


class Unreadable(Exception):
    """The message says why, for the owner."""


@dataclass(slots=True)
class Document:
    """`text` is Markdown. `links` are those of a web page, absolute; `pages` and `sitemaps` those of a sitemap."""

    title: str = ""
    text: str = ""
    notice: str = ""
    links: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)


def tidy(text: str) -> str:
    """Without what Postgres cannot store or nobody can see; every kind of space is one that searching knows."""
    kept = (char if char in KEPT or char.isprintable() else " " if char.isspace() else "" for char in text)
    return "".join(kept).strip()


def cut(document: Document) -> Document:
    if len(document.text) > MOST_TEXT:
        document.text, document.notice = document.text[:MOST_TEXT], CUT
    return document
