"""The addresses in a sitemap, or in an index of sitemaps."""

from __future__ import annotations

from io import BytesIO

from lxml import etree

from assistant.extraction.documents import Document, Unreadable

BROKEN = "This is not a sitemap: it cannot be read as one."
MOST_ADDRESSES = 50_000  # as many as the format allows in one file


def read_sitemap(content: bytes) -> Document:
    """No entity is expanded and nothing is fetched, whatever the file says."""
    document = Document()
    try:
        events = etree.iterparse(
            BytesIO(content), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, element in events:
            name = _local(element.tag)
            address = (element.text or "").strip() if name == "loc" else ""
            if address:
                of_index = _local(element.getparent().tag) == "sitemap"
                (document.sitemaps if of_index else document.pages).append(address)
            elif name in ("url", "sitemap"):
                element.clear()
            if len(document.pages) + len(document.sitemaps) >= MOST_ADDRESSES:
                break
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable(BROKEN) from None
    if not document.pages and not document.sitemaps:
        raise Unreadable("There is no address in this sitemap.")
    return document


def _local(tag: object) -> str:
    """Without the namespace, which some sitemaps have wrong; comments have no name."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
