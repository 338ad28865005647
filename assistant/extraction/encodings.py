"""Bytes as text: by their mark, by what was declared, as UTF-8, else by what they look like."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from assistant.extraction.documents import Unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
IN_MARKUP = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
LOOKED_AT = 20_000  # bytes; guessing is slow
MOST_ODD = 0.02  # share of characters that text does not have
BINARY = "It does not look like text."


def decoded(content: bytes, declared: str = "") -> str:
    """Raises Unreadable for what is no text at all."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _checked(content.decode(encoding, "replace"))
    in_markup = IN_MARKUP.search(content[:2048])
    for encoding in (declared, in_markup[1].decode("ascii", "replace") if in_markup else "", "utf-8"):
        text = _strictly(content, encoding)
        if text is not None:
            return _checked(text)
    guessed = from_bytes(content[:LOOKED_AT]).best()
    return _checked(content.decode(guessed.encoding if guessed else "cp1252", "replace"))


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding) if encoding else None
    except (LookupError, UnicodeError):
        return None


def _checked(text: str) -> str:
    sample = text[:LOOKED_AT]
    odd = sum(1 for char in sample if char == "\ufffd" or (char < " " and char not in "\n\r\t\f"))
    if "\0" in sample or odd > MOST_ODD * len(sample):
        raise Unreadable(BINARY)
    return text
