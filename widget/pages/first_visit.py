"""When a page of the owner's first asked for the chat: the first run waits for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Website


def note_first_visit(website: Website, request: HttpRequest) -> None:
    """Once in a website's life, so that it costs the script nothing later."""
    host = page_of(request) if website.first_seen_at is None else None
    if host is not None:
        first = Website.objects.filter(pk=website.pk, first_seen_at=None)
        first.update(first_seen_at=timezone.now(), first_seen_on=host.replace("\0", "")[:255])


def page_of(request: HttpRequest) -> str | None:
    """The host of the page that loads the script, "" where it keeps that to itself; None: no page of somebody else."""
    try:
        host = urlsplit(request.headers.get("Referer", "")).netloc.rpartition("@")[2]
    except ValueError:
        host = ""
    if host == request.get_host() or request.headers.get("Sec-Fetch-Site") == "same-origin":
        return None
    destination = request.headers.get("Sec-Fetch-Dest")
    return host if destination == "script" or (destination is None and host) else None
