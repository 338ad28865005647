"""Which sites may carry the chat: the frame's `frame-ancestors`, the one check a browser enforces for us."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A host as CSP writes it, with scheme, leading `*.` and port if wanted. All else could smuggle in a directive.
SOURCE = re.compile(r"(https?://)?(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(\d{1,5}|\*))?", re.ASCII)

ANY_SITE = ("*",)
OUR_OWN = "'self'"
LOOPBACK = ("http://localhost:*", "http://127.0.0.1:*")


def frame_ancestors(allowed_domains: Sequence[str], *, demo: bool) -> tuple[str, ...]:
    """No domains listed means any site; domains listed of which none can be understood means only our own pages."""
    if not allowed_domains:
        return ANY_SITE
    sources = [source for domain in allowed_domains if (source := source_of(domain))]
    return (OUR_OWN, *sources, *(LOOPBACK if demo else ()))


def source_of(domain: str) -> str | None:
    """`Shop.example/` and `https://shop.example` as CSP sources; None for what is none."""
    written = domain.strip().lower().rstrip("/")
    return written if SOURCE.fullmatch(written) else None
