"""Addresses of what we use: databases, mail servers."""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import SplitResult, urlsplit

ESCAPES = "(in a password, @ / : # ? and % are written as %40 %2F %3A %23 %3F and %25)"


def address(url: str, schemes: Container[str]) -> SplitResult | None:
    """The parts of a URL with one of these schemes; else None, for what Python says of it shows half a password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and parts.port != 0  # a port that is no number raises
    except ValueError:
        return None
    # Without a host, a path or a query may lead to a Unix socket.
    return parts if usable and (parts.hostname or parts.path or parts.query) else None
