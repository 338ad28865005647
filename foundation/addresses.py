"""Whose request it is: the client's address behind trusted proxies, and whether a page of our own asks."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

Headers = Iterable[tuple[bytes, bytes]]


def header(headers: Headers, name: bytes) -> str | None:
    """The value of a header of an ASGI scope, or None."""
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def client_address(peer: str, forwarded_for: str | None) -> str:
    """The address of the client: the peer, or what the outermost of our TRUSTED_PROXIES saw."""
    hops = [hop.strip() for hop in (forwarded_for or "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    return hops[-trusted] if trusted and len(hops) >= trusted else peer


def is_own_origin(origin: str) -> bool:
    """Whether an `Origin` is exactly our scheme, host and port. Comparing host names alone would let other ports in."""
    return origin.rstrip("/").lower() == settings.PUBLIC_URL.lower()
