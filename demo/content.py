"""The demo's texts: Markdown files with a head of `key: value` lines between two lines of dashes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Page:
    """A help article or a product. `facts` are the other lines of the head."""

    slug: str
    title: str
    body: str
    facts: dict[str, str]


@cache
def pages(company: str, kind: str) -> dict[str, Page]:
    """All pages of "acme" or "globex" of the kind "articles" or "products", by slug."""
    found = [_read(path) for path in sorted((FOLDER / company / kind).glob("*.md"))]
    return {page.slug: page for page in found}


def _read(path: Path) -> Page:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    return Page(facts.pop("slug"), facts.pop("title"), body.strip(), facts)
