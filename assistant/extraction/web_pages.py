"""The main text of a web page, without its menus and footers, by trafilatura; and the links it has."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import trafilatura
from lxml import html
from trafilatura.settings import use_config

from assistant.extraction.documents import Document, Unreadable

NO_TEXT = "No text was found on it. Pages that only a script fills cannot be read."
MOST_LINKS = 1000
LONGEST_TITLE = 200
# By default trafilatura takes everything, the menus, too, of a page with less than 250 characters of text.
CONFIG = use_config()
CONFIG["DEFAULT"].update({"MIN_EXTRACTED_SIZE": "1", "MIN_OUTPUT_SIZE": "1"})


def read_web_page(page: str, url: str) -> Document:
    tree = _parsed(page)
    links, title = list(_links(tree, url)), _title(tree)
    text = trafilatura.extract(tree, config=CONFIG, output_format="markdown", include_comments=False, fast=True)
    if not text:
        raise Unreadable(NO_TEXT)
    return Document(title, _without_first_heading(text, title), links=links)


def _parsed(page: str) -> html.HtmlElement:
    try:
        # As bytes: a declaration of an encoding, which is not that of a str, would be refused.
        tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.ParserError):
        raise Unreadable(NO_TEXT) from None
    return tree


def _links(tree: html.HtmlElement, url: str) -> Iterator[str]:
    """Each once; those that ask not to be followed are not."""
    base = next((urljoin(url, one) for one in tree.xpath("//base/@href")[:1]), url)
    seen: set[str] = set()
    for link in tree.iterfind(".//a[@href]"):
        if "nofollow" in (link.get("rel") or "").lower().split() or len(seen) >= MOST_LINKS:
            continue
        try:
            address = urljoin(base, link.get("href").strip())
        except ValueError:
            continue
        if address not in seen:
            seen.add(address)
            yield address


def _title(tree: html.HtmlElement) -> str:
    found = trafilatura.extract_metadata(tree)
    title = (found.title if found else "") or tree.findtext(".//h1") or tree.findtext(".//title") or ""
    return " ".join(title.split())[:LONGEST_TITLE]


def _without_first_heading(text: str, title: str) -> str:
    """The title stands over every passage anyway."""
    first, _, rest = text.partition("\n")
    return rest.strip() if rest.strip() and first.lstrip("# ").strip() == title and first.startswith("# ") else text
