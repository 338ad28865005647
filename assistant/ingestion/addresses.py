"""Addresses of pages: in one spelling each, and of which website."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from assistant.models.sources import LONGEST_ADDRESS

HOST = re.compile(r"[\w.:-]+")
KEPT = "%/:?@!$&'()*+,;=~"  # of a path or query; the rest is written in percents, as browsers do
PORTS = {"http": 80, "https": 443}
# They say where a click came from, not which page this is.
TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "msclkid")
# What a link may lead to that is no text; other types are refused when they come.
NO_TEXT = (
    *(".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".avif", ".ico", ".css", ".js", ".json", ".xml", ".zip"),
    *(".gz", ".mp3", ".mp4", ".webm", ".mov", ".avi", ".woff", ".woff2", ".ttf", ".exe", ".dmg", ".apk", ".ics"),
)


def normal(url: str) -> str | None:
    """One spelling for one page: no fragment, no tracking, lower-case host. None for what is no page's address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port in (None, PORTS.get(parts.scheme)) else f":{parts.port}"
        rest = quote(parts.path, safe=KEPT) or "/", quote(_without_tracking(parts.query), safe=KEPT), ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in PORTS or not HOST.fullmatch(host) or parts.username or parts.password:
        return None
    found = urlunsplit((parts.scheme, (f"[{host}]" if ":" in host else host) + port, *rest))
    return found if len(found) <= LONGEST_ADDRESS else None


def pages_of(links: list[str], site: str) -> list[str]:
    """The links that lead to pages of this site, each once, in their order."""
    found = (normal(link) for link in links)
    return list(dict.fromkeys(link for link in found if link and site_of(link) == site and not _is_file(link)))


def site_of(url: str) -> str:
    """Host and port; `www.` and the scheme make no other site."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") + (f":{parts.port}" if parts.port else "")


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _without_tracking(query: str) -> str:
    """As it was, if there is none in it."""
    told = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in told if not name.startswith(TRACKING)]
    return query if len(kept) == len(told) else urlencode(kept)


def _is_file(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(NO_TEXT)
