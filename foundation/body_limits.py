"""How large a request's body may be, decided before it is read: Django would store all of it, whatever a view says.

Known from its `Content-Length`; a body without one is counted while it comes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from foundation.addresses import header
from foundation.rest import error_body

Receive = Callable[[], Any]
Limits = Callable[[str], int]  # bytes by path
MEGABYTE = 1024 * 1024
ENVELOPE = 64 * 1024  # what a form puts around a file


class BodyLimits:
    """An ASGI application in front of `application`."""

    def __init__(self, application: Callable[..., Any], limit_of: Limits) -> None:
        self.application, self.limit_of = application, limit_of

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:
        limit = self.limit_of(scope["path"])
        declared = header(scope["headers"], b"content-length") or "0"
        if not declared.isdigit() or int(declared) > limit:
            await refuse(send, limit)
            return
        counted = Counted(receive, limit)
        try:
            await self.application(scope, counted, send)
        except TooMuch:
            await refuse(send, limit)


class TooMuch(Exception):
    """More came than was allowed. Nothing has been answered yet: Django reads a body to its end first."""


class Counted:
    """A body as it is received, until it is too large."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive, self.left = receive, limit

    async def __call__(self) -> Any:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise TooMuch
        return message


async def refuse(send: Any, limit: int) -> None:
    """Closes the connection, on which the rest of the body would come."""
    size = f"{limit / MEGABYTE:.0f} MB" if limit >= MEGABYTE else f"{limit // 1024} KiB"
    body = json.dumps(error_body("too_long", f"That is too large: at most {size}.")).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
