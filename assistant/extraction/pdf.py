"""The text of a PDF, by pypdf. A hostile one is stopped by the limits of the process."""

from __future__ import annotations

import re
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assistant.extraction.documents import MOST_TEXT, Document, Unreadable
from assistant.extraction.pdf_headings import Line, Page, with_headings

MOST_PAGES = 1000
BROKEN = "This PDF is broken: it cannot be opened."
LOCKED = "This PDF is protected by a password."
NO_TEXT = "There is no text in this PDF. If it is a scan, its text has to be recognised first."
SPLIT_WORD = re.compile(r"(\w)[-\u00ad]\n(?=[a-zß-ÿ])")


def read_pdf(content: bytes) -> Document:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(LOCKED)
        count = len(reader.pages)
        text = _text_of(reader, min(count, MOST_PAGES))
    except Unreadable:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, ArithmeticError):
        raise Unreadable(BROKEN) from None  # what is broken breaks in many ways
    if not text.strip():
        raise Unreadable(NO_TEXT)
    notice = f"It has {count} pages: only the first {MOST_PAGES} were read." if count > MOST_PAGES else ""
    return Document(text=text, notice=notice)


def _text_of(reader: PdfReader, count: int) -> str:
    """Page by page, until there is more than we keep."""
    pages: list[list[Line]] = []
    length = 0
    for number in range(count):
        page = Page()
        text = reader.pages[number].extract_text(visitor_text=page.take)
        pages.append(page.lines(text))
        length += len(text)
        if length > MOST_TEXT:
            break
    return "\n\n".join(SPLIT_WORD.sub(r"\1", text) for text in with_headings(pages))
