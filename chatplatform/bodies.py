"""The largest body of each address."""

from __future__ import annotations

from django.conf import settings

from foundation.body_limits import ENVELOPE, MEGABYTE
from foundation.json_bodies import LARGEST, LargeJsonParser

PAGES = 2 * MEGABYTE  # forms of our own pages
UPLOADS = ("/attachments/", "/picture/")


def limit_of(path: str) -> int:
    """In bytes."""
    knowledge = int(settings.KNOWLEDGE_FILE_MEGABYTES * MEGABYTE) + ENVELOPE
    if path.startswith("/api/v1/knowledge/"):
        return max(knowledge, LargeJsonParser.largest)
    if path == "/api/v1/mail/":  # in JSON and in forms it is longer than it is
        return int(settings.ENVIRONMENT.mail_in_megabytes * 4 / 3 * MEGABYTE) + ENVELOPE
    if path.startswith("/api/"):
        return int(settings.UPLOAD_MEGABYTES * MEGABYTE) + ENVELOPE if path.endswith(UPLOADS) else LARGEST
    return max(PAGES, knowledge)
