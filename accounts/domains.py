"""Where the chat may be embedded, as owners write it: hosts, with scheme, leading `*.` and port if wanted."""

from __future__ import annotations

import ipaddress
import re

import idna

MOST = 100  # of a website; they all stand in one header
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)
PARTS = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<rest>.*)", re.ASCII | re.DOTALL)
PORT = re.compile(r"[1-9]\d{0,4}|\*", re.ASCII)
LONGEST_HOST = 253


def normal_domain(written: str) -> str:
    """`HTTPS://Müller.example:8443/` as a browser compares it. Raises ValueError, whose words are for the owner."""
    found = PARTS.fullmatch(written.strip().lower())
    assert found is not None, "the pattern takes anything"
    scheme, rest = found["scheme"], found["rest"].removesuffix("/")
    if scheme not in (None, "http", "https"):
        raise ValueError("begin with https:// or http://, or with the host itself")
    _refuse_more_than_a_host(rest)
    host, port = _parted(rest)
    wildcard = "*." if host.startswith("*.") else ""
    normal = _normal_host(host.removeprefix("*."))
    if wildcard and "." not in normal:
        raise ValueError(f"*.{normal} would be far too many; name the domain, such as *.example.com")
    if wildcard and _is_address(normal):
        raise ValueError("an address in numbers has no subdomains")
    return f"{scheme}://" * bool(scheme) + wildcard + normal + f":{port}" * bool(port)


def normal_domains(written: list[str]) -> list[str]:
    """Each once, in the order given. Raises ValueError that names the first that is none."""
    found: dict[str, None] = {}
    for one in written:
        try:
            found[normal_domain(one)] = None
        except ValueError as why:
            raise ValueError(f"“{one.strip()[:80]}”: {why}") from None
    if len(found) > MOST:
        raise ValueError(f"at most {MOST}")
    return list(found)


def _refuse_more_than_a_host(rest: str) -> None:
    if rest in ("", "*"):
        raise ValueError("name a host, such as shop.example; for anywhere leave the list empty")
    if any(mark in rest for mark in "/?#"):
        raise ValueError("only the host: browsers do not tell us which page it is")
    if "@" in rest:
        raise ValueError("no user name or password")
    if rest.startswith("["):
        raise ValueError("browsers know no such rule for IPv6 addresses; use a host name")
    if re.search(r"[\s;,'\"\x00-\x1f]", rest):
        raise ValueError("one host only, without spaces or commas")


def _parted(rest: str) -> tuple[str, str]:
    host, colon, port = rest.partition(":")
    if colon and not (PORT.fullmatch(port) and (port == "*" or int(port) <= 65535)):
        raise ValueError("a port is a number from 1 to 65535, or * for any")
    return host, port


def _normal_host(host: str) -> str:
    if "*" in host:
        raise ValueError("* stands only at the very beginning, as in *.example.com")
    try:
        normal = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("this is no host name") from None
    labels = normal.split(".")
    if len(normal) > LONGEST_HOST or not all(LABEL.fullmatch(label) and len(label) <= 63 for label in labels):
        raise ValueError("this is no host name")
    if labels[-1].isdigit() and not _is_address(normal):
        raise ValueError("this is no address")
    return normal


def _is_address(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
