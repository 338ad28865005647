"""The largest body of each address."""

from __future__ import annotations

from django.conf import settings

from foundation.body_limits import ENVELOPE, MEGABYTE
from foundation.json_bodies import LARGEST

PAGES = 2 * MEGABYTE  # forms of our own pages


def limit_of(path: str) -> int:
    """In bytes."""
    if path.startswith("/api/"):
        return int(settings.UPLOAD_MEGABYTES * MEGABYTE) + ENVELOPE if path.endswith("/attachments/") else LARGEST
    return max(PAGES, int(settings.KNOWLEDGE_FILE_MEGABYTES * MEGABYTE) + ENVELOPE)
