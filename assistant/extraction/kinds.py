"""What kind of document some bytes are: by what they begin with, whatever their name or sender says."""

from __future__ import annotations

import re
from typing import Literal

from assistant.extraction.documents import Unreadable

Kind = Literal["pdf", "html", "text", "sitemap"]
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|article|main|h[1-6]|p|div)\b", re.IGNORECASE)
REFUSED = (
    (b"PK\x03\x04", "This is a Word, Excel or zip file. Save it as PDF, or as text, and upload that."),
    (b"\xd0\xcf\x11\xe0", "This is an old Word or Excel file. Save it as PDF, or as text, and upload that."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"\x1f\x8b", "This is a compressed file. Unpack it, and upload what is in it."),
)
NOTHING = "There is nothing in it."


def kind_of(content: bytes) -> Kind:
    """Raises Unreadable."""
    if not content.strip():
        raise Unreadable(NOTHING)
    if b"%PDF-" in content[:1024]:
        return "pdf"
    for start, reason in REFUSED:
        if content.startswith(start):
            raise Unreadable(reason)
    return "html" if HTML.search(content[:2048]) else "text"
