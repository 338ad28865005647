"""An application that greets and does nothing else: what uvicorn itself takes for a socket.

No token, no conversation, no group. A server of ours cannot accept more than this as long as uvicorn makes its
handshakes.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

GREETING = json.dumps({"type": "connected", "connection_id": "0" * 32, "conversation": {"preview": "x" * 400}})


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] != "websocket":  # the question whether we are up
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": GREETING})
    while (await receive())["type"] != "websocket.disconnect":
        pass
