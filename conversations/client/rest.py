"""The REST calls that a chat client needs, for a visitor token, a JWT or an API key."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

import httpx2

HTTPError = httpx2.HTTPError
TEMPORARY = (408, 425, 429)


class Refused(Exception):
    """The server answered with an error. `is_temporary`: the same may work later, in `retry_after` seconds."""

    def __init__(self, answer: httpx2.Response) -> None:
        try:
            error = answer.json()["error"]
            self.code, self.detail = str(error["code"]), str(error["detail"])
        except (ValueError, KeyError, TypeError):
            self.code, self.detail = "unknown", f"The server answered {answer.status_code}."
        super().__init__(self.detail)
        self.status = answer.status_code
        self.is_temporary = answer.status_code >= 500 or answer.status_code in TEMPORARY
        given = answer.headers.get("Retry-After", "")
        self.retry_after = float(given) if given.isdigit() else 0.0


class Rest:
    """`/api/v1/` for whoever holds the token. Calls raise `Refused`, or `HTTPError` when nobody answers."""

    def __init__(
        self,
        url: str,
        token: str,
        timeout: float = 5.0,
        trust: ssl.SSLContext | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.is_visitor = token.startswith("v_")
        self.server_time: datetime | None = None  # when the last answer was given, by the server's clock
        self.on_back: Callable[[], None] = lambda: None  # called at the first answer after silence
        self._is_silent = False
        kind = "Bearer" if self.is_visitor or token.count(".") == 2 else "Api-Key"
        # Each call on a connection of its own: after an outage, none may meet one that is dead without knowing it.
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._http = httpx2.AsyncClient(
            base_url=f"{url}/api/v1/",
            headers={"Authorization": f"{kind} {token}", **headers},
            timeout=timeout,
            limits=limits,
            trust_env=False,
            verify=trust or True,
        )

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return await self._ask("POST", path, json=body or {})

    async def connection_token(self) -> str:
        return str((await self.post("auth/ws-connection-token/"))["connection_token"])

    def conversation(self, conversation_id: str) -> str:
        """The address of a conversation for this kind of person."""
        return f"{'widget/' if self.is_visitor else ''}conversations/{conversation_id}/"

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, path, **options)
        except HTTPError:
            self._is_silent = True
            raise
        if self._is_silent:
            self._is_silent = False
            self.on_back()
        if not answer.is_success:  # nor do we follow it elsewhere with a token
            raise Refused(answer)
        if "Date" in answer.headers:
            self.server_time = parsedate_to_datetime(answer.headers["Date"])
        try:
            given: dict[str, Any] = answer.json()
        except ValueError:  # a page: somebody else answers here
            raise Refused(answer) from None
        return given
