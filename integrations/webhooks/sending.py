"""One attempt: a signed POST, within limits. Nothing is believed of what answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.conf import settings

from foundation.outgoing import AddressRefused, new_client

PATIENCE = 10.0  # seconds for the whole of it
MOST_READ = 16_384  # bytes of an answer
MOST_KEPT = 2_000  # characters of it


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. `error` is in words for the owner; empty where the server has answered 2xx."""

    status_code: int | None
    answer: str
    error: str
    ms: int

    @property
    def is_good(self) -> bool:
        return not self.error


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of `timestamp`, a dot and the raw body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


async def send(url: str, secret: str, envelope: dict[str, Any]) -> Attempt:
    """POST the envelope; never raises for what the other side does."""
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(envelope["timestamp"])
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ChatPlatform-Webhooks/1.0",
        "Accept-Encoding": "identity",
        "X-ChatPlatform-Event": envelope["event"],
        "X-ChatPlatform-Delivery": envelope["delivery"],
        "X-ChatPlatform-Timestamp": stamp,
        "X-ChatPlatform-Signature": f"sha256={signature(secret, stamp, body)}",
    }
    begun = time.monotonic()
    status, answer, error = await _post(url, headers, body)
    return Attempt(status, answer, error, round((time.monotonic() - begun) * 1000))


async def _post(url: str, headers: dict[str, str], body: bytes) -> tuple[int | None, str, str]:
    status: int | None = None
    # A client of its own: receivers that many customers share shall not give one's cookies to another.
    client = new_client(public_only=not is_private_on_purpose(url))
    try:
        posting = client.stream("POST", url, content=body, headers=headers)
        async with client, asyncio.timeout(PATIENCE), posting as answer:
            status = answer.status_code
            said = await _beginning(answer)
    except TimeoutError:
        return status, "", f"It took more than {PATIENCE:g} seconds to answer."
    except AddressRefused:
        return None, "", "It leads to an address that is not on the public internet."
    except httpx2.ConnectError:
        return None, "", f"No server answers at {urlsplit(url).hostname}."
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return status, "", "The connection broke off, or the answer made no sense."
    if 200 <= status < 300:
        return status, said, ""
    if 300 <= status < 400:
        return status, said, f"It redirects (status {status}), which is not followed."
    return status, said, f"It answered with status {status}."


async def _beginning(answer: httpx2.Response) -> str:
    """However long it says that it is."""
    read = bytearray()
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) >= MOST_READ:
            break
    return bytes(read[:MOST_READ]).decode(errors="replace").replace("\0", "")[:MOST_KEPT]


def is_private_on_purpose(url: str) -> bool:
    """Whether the operator allows this host although it is in a private network."""
    parts = urlsplit(url)
    return bool({parts.hostname, parts.netloc} & set(settings.WEBHOOK_PRIVATE_HOSTS))
