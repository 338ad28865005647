"""One document from the web, within limits: time, size, redirects, and where it may lead.

An owner names the address, so every hop of it is looked at before it is made (`foundation/outgoing.py`), and nothing is
believed of what comes: not its length, not its compression, not that it ever ends.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx2
from django.conf import settings

from assistant.ingestion.addresses import normal
from foundation.outgoing import AddressRefused, Client, new_client

AGENT = "ChatPlatformBot"
MOST_REDIRECTS = 5
CHUNK = 65_536  # bytes unpacked at once: a bomb is noticed before it has gone off
MEGABYTE = 1_000_000


class NotFetched(Exception):
    """The message says why, for the owner. `status` is the server's, if it gave one."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status

    @property
    def is_gone(self) -> bool:
        """There is no such page any more; else it may be back another day."""
        return self.status in (404, 410)


@dataclass(frozen=True, slots=True)
class Known:
    """What the last answer said of itself, by which a server knows that nothing has changed."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value and value.isascii()}


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is where it was found in the end. Unchanged: there is no content."""

    url: str
    content: bytes
    type: str
    charset: str
    known: Known
    is_unchanged: bool = False


class Fetcher:
    """`async with Fetcher() as fetcher:`. Its connections and cookies are nobody else's, and kept for nobody."""

    def __init__(self) -> None:
        self._clients: dict[bool, Client] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def fetch(
        self,
        url: str,
        known: Known | None = None,
        megabytes: float | None = None,
        may_visit: Callable[[str], str] = lambda url: "",
    ) -> Fetched:
        """`may_visit` says for each redirect why not, or nothing. Raises NotFetched."""
        seconds = settings.KNOWLEDGE_FETCH_SECONDS
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(
                    url, known or Known(), megabytes or settings.KNOWLEDGE_PAGE_MEGABYTES, may_visit
                )
        except TimeoutError:
            raise NotFetched(f"It took more than {seconds:g} seconds to load.") from None
        except AddressRefused:
            raise NotFetched("It leads to an address that is not on the public internet.") from None
        except httpx2.ConnectError:
            raise NotFetched(f"No server answers at {urlsplit(url).hostname}.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, zlib.error, OSError, ValueError):
            raise NotFetched("The connection broke off, or the answer made no sense.") from None

    async def _follow(self, url: str, known: Known, megabytes: float, may_visit: Callable[[str], str]) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            client = self._client(url)
            async with client.stream("GET", url, headers=known.headers()) as answer:
                client.cookies.clear()
                target = answer.headers.get("location") if answer.is_redirect else None
                if target is None:
                    return await _taken(url, answer, known, megabytes)
            following = normal(urljoin(url, target))
            if following is None:
                raise NotFetched("It leads to something that is no address of a web page.")
            refused = may_visit(following)
            if refused:
                raise NotFetched(refused)
            url = following
        raise NotFetched(f"It redirects more than {MOST_REDIRECTS} times.")

    def _client(self, url: str) -> Client:
        """For this hop: an operator may have named hosts of a private network that can be read."""
        parts = urlsplit(url)
        public_only = not {parts.hostname, parts.netloc} & set(settings.KNOWLEDGE_PRIVATE_HOSTS)
        if public_only not in self._clients:
            self._clients[public_only] = new_client(public_only=public_only)
            self._clients[public_only].headers = httpx2.Headers(
                {
                    "User-Agent": f"{AGENT}/1.0 (+{settings.PUBLIC_URL})",
                    "Accept": "text/html, text/plain;q=0.9, application/pdf;q=0.9, */*;q=0.5",
                    "Accept-Encoding": "gzip",
                }
            )
        return self._clients[public_only]


async def _taken(url: str, answer: httpx2.Response, known: Known, megabytes: float) -> Fetched:
    if answer.status_code == 304:
        return Fetched(url, b"", "", "", known, is_unchanged=True)
    if answer.status_code in (404, 410):
        raise NotFetched(f"The page is not there (status {answer.status_code}).", answer.status_code)
    if answer.status_code != 200:
        raise NotFetched(f"The server answered with status {answer.status_code}.", answer.status_code)
    limit = int(megabytes * MEGABYTE)
    content = bytearray()
    async for piece in _unpacked(answer):
        content += piece
        if len(content) > limit:
            raise NotFetched(f"It is larger than {megabytes:g} MB.")
    head = Message()
    head["content-type"] = answer.headers.get("content-type", "")
    validators = Known(answer.headers.get("etag", "")[:200], answer.headers.get("last-modified", "")[:100])
    return Fetched(url, bytes(content), head.get_content_type(), head.get_content_charset(""), validators)


async def _unpacked(answer: httpx2.Response) -> AsyncIterator[bytes]:
    """Never more than a chunk at once: httpx would unpack all that has come, layer upon layer."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise NotFetched(f"Its compression is not one that we asked for ({encoding[:40]}).")
    pieces = answer.aiter_raw(CHUNK)
    if "gzip" in encoding:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        async for piece in pieces:
            for part in _parts(unpacker, piece):
                yield part
    else:
        async for piece in pieces:
            yield piece


def gunzipped(content: bytes, megabytes: float) -> bytes:
    """A file that is packed itself, as sitemaps often are. Raises NotFetched."""
    unpacked = bytearray()
    try:
        for part in _parts(zlib.decompressobj(zlib.MAX_WBITS | 16), content):
            unpacked += part
            if len(unpacked) > megabytes * MEGABYTE:
                raise NotFetched(f"Unpacked it is larger than {megabytes:g} MB.")
    except zlib.error:
        raise NotFetched("It is packed, but cannot be unpacked.") from None
    return bytes(unpacked)


def _parts(unpacker: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    while packed and not unpacker.eof:
        yield unpacker.decompress(packed, CHUNK)
        packed = unpacker.unconsumed_tail
