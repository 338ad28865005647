"""HTTP to servers outside. Where a customer names the server, only public addresses are reached.

Otherwise an owner's settings could make us call what only we can reach: a database, a cloud's metadata service. The
name is resolved once, every address it has is looked at, and the connection goes to the one that was looked at, so
that a name server cannot answer differently the second time. Redirects are never followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from weakref import WeakKeyDictionary

import httpx2

Client = httpx2.AsyncClient
Clients = dict[bool, Client]
CONNECT_SECONDS = 5.0
# All of IPv6 that is given out; what lies outside is local, reserved or obsolete (fec0::/10), whatever Python knows.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Addresses of IPv6 that lead to addresses of IPv4, private ones among them.
TRANSLATED = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Clients] = WeakKeyDictionary()


class AddressRefused(Exception):
    """The server's name leads into a private network, or to this machine."""


def http_client(*, public_only: bool) -> Client:
    """The client of the running loop. It limits the time to connect; how long an answer may take the caller decides."""
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if public_only not in clients:
        clients[public_only] = new_client(public_only=public_only)
    return clients[public_only]


def new_client(*, public_only: bool) -> Client:
    """One whose cookies and connections nobody shares, to be closed by who asked for it."""
    transport = PublicOnly() if public_only else httpx2.AsyncHTTPTransport(limits=UNLIMITED, trust_env=False)
    return Client(
        transport=transport,
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS, write=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


async def close_http_clients() -> None:
    """Close this loop's clients; for programs that end before their loop's process does."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


UNLIMITED = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=5)
# A kept connection is found again by its address alone, and two names may share one.
NOTHING_KEPT = httpx2.Limits(max_connections=None, max_keepalive_connections=0)


class PublicOnly(httpx2.AsyncBaseTransport):
    """Raises AddressRefused where the request would not leave for the public internet."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport(limits=NOTHING_KEPT, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        name = request.url.host
        address = await public_address(name, request.url.port or (443 if request.url.scheme == "https" else 80))
        request.extensions = {**request.extensions, "sni_hostname": name}  # the certificate is that of the name
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def public_address(name: str, port: int) -> str:
    """An address of the name. Raises AddressRefused if any that it has is not public, ConnectError if it has none."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise httpx2.ConnectError("the name leads nowhere") from None
    addresses = [str(target[0]) for *_, target in found]
    if not addresses or not all(map(is_public, addresses)):
        raise AddressRefused
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether the address, of either version, is one of the public internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        if parsed not in GLOBAL_UNICAST or any(parsed in network for network in TRANSLATED):
            return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved
