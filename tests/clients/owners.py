"""Somebody of the staff who opens the owners' pages of a running server, without a browser's weight."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from accounts.models import User
from tests.clients.people import http_client, session_cookie
from tests.servers.stack import Stack

CSRF = "a" * 32  # any will do that the cookie and the form agree on


@dataclass
class PageReader:
    stack: Stack
    user: User
    _messages: str = ""

    def get(self, path: str) -> httpx2.Response:
        return self._ask("GET", path)

    def post(self, path: str, given: dict[str, str]) -> httpx2.Response:
        """The page that follows: redirects are gone after."""
        answer = self._ask("POST", path, data=given)
        return self.get(answer.headers["Location"]) if answer.status_code == 302 else answer

    def _ask(self, method: str, path: str, **more: object) -> httpx2.Response:
        cookies = "; ".join([self._session, self._messages, f"chat_csrf_{self.stack.port}={CSRF}"])
        headers = {"Cookie": cookies, "X-CSRFToken": CSRF}
        answer = http_client().request(method, self.stack.url + path, headers=headers, **more)  # type: ignore[arg-type]
        self._messages = "; ".join(f"{name}={value}" for name, value in answer.cookies.items() if name == "messages")
        return answer

    def __post_init__(self) -> None:
        self._session = session_cookie(self.stack, self.user)["Cookie"]
