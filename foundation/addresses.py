"""Whose request it is: the client's address behind trusted proxies, and whether a page of our own asks."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.utils.crypto import salted_hmac

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


def masked(address: str) -> str:
    """The network only: /24 of IPv4, /48 of IPv6; "" for what is no address."""
    try:
        found = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    plain = (isinstance(found, IPv6Address) and found.ipv4_mapped) or found
    return str(ip_network((plain, 24 if plain.version == 4 else 48), strict=False).network_address)


def kept_address(address: str, *, mask: bool = True) -> str:
    """As it may be stored or logged: whole only where neither the installation nor the website masks it."""
    if settings.MASK_ADDRESSES or mask:
        return masked(address)
    return address


def counted_address(address: str) -> str:
    """For counting attempts of one address without keeping it: a number made of it with our secret."""
    return salted_hmac("foundation.addresses", address, algorithm="sha256").hexdigest()[:24]


def cache_key(name: str, prefix: str, version: int) -> str:
    """Django's caches: allauth counts attempts under the address itself."""
    return f"{prefix}:{version}:{counted_address(name)}"
