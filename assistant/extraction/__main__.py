"""The process that reads documents. A request is a line of JSON (`kind`, `length`, `url`, `charset`) and the bytes.

The answer is eight bytes with its length, then JSON: a `Document`, or `{"unreadable": why}`.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any, BinaryIO

from assistant.extraction.documents import Document, Unreadable, cut, tidy
from assistant.extraction.encodings import decoded
from assistant.extraction.kinds import kind_of
from assistant.extraction.pdf import read_pdf
from assistant.extraction.sitemaps import read_sitemap
from assistant.extraction.web_pages import read_web_page

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

MOST_MEMORY = 1 << 30  # bytes
TOO_COMPLEX = "It is too large or too complex to be read."


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with suppress(OSError):
        os.nice(10)  # visitors' answers come first
    if resource is not None:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answer_all(sys.stdin.buffer, answers)


def answer_all(requests: BinaryIO, answers: BinaryIO) -> None:
    for line in iter(requests.readline, b""):
        request = json.loads(line)
        answer = json.dumps(answer_to(request, requests.read(request["length"]))).encode()
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()


def answer_to(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        document = read(request, content)
    except Unreadable as why:
        return {"unreadable": str(why)}
    except (MemoryError, RecursionError):
        return {"unreadable": TOO_COMPLEX}
    document.title, document.text = tidy(document.title), tidy(document.text)
    return asdict(cut(document))


def read(request: dict[str, Any], content: bytes) -> Document:
    """Raises Unreadable."""
    if request["kind"] == "sitemap":
        return read_sitemap(content)
    kind = kind_of(content)
    if kind == "pdf":
        return read_pdf(content)
    text = decoded(content, request.get("charset", ""))
    return read_web_page(text, request.get("url", "")) if kind == "html" else Document(text=text)


if __name__ == "__main__":
    main()
