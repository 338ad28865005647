"""The largest body of each address."""

from __future__ import annotations

from django.conf import settings

from foundation.body_limits import ENVELOPE, MEGABYTE
from foundation.json_bodies import LARGEST, LargeJsonParser

PAGES = 2 * MEGABYTE  # forms of our own pages


def limit_of(path: str) -> int:
    """In bytes."""
    knowledge = int(settings.KNOWLEDGE_FILE_MEGABYTES * MEGABYTE) + ENVELOPE
    if path.startswith("/api/v1/knowledge/"):
        return max(knowledge, LargeJsonParser.largest)
    if path.startswith("/api/"):
        return int(settings.UPLOAD_MEGABYTES * MEGABYTE) + ENVELOPE if path.endswith("/attachments/") else LARGEST
    return max(PAGES, knowledge)
