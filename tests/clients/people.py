"""Vera and the staff as programs: they log in, open sockets and call REST, all by the contract."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from random import randrange
from threading import Lock
from typing import Any
from uuid import uuid4

import httpx2
from django.test import Client
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import User, Website
from tests.clients.contract import check_answer
from tests.clients.sockets import DashboardSocket, Socket
from tests.servers.stack import Stack

PASSWORD = "a-long-test-password"
_making = Lock()


def http_client() -> httpx2.Client:
    """One for all, which keeps nobody's cookies. Closed by the plugin tests/cast.py."""
    with _making:  # `cache` would let threads that come first together make one each
        return _client()


@cache
def _client() -> httpx2.Client:
    nobodys = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    # Servers close a connection that was idle for 5 s; ours must be quicker, or a request may meet a closed one.
    limits = httpx2.Limits(keepalive_expiry=2)
    return httpx2.Client(cookies=nobodys, timeout=30, limits=limits, trust_env=False)


def new_address() -> str:
    """An address that nobody else has; servers that trust a proxy count by it."""
    return f"2001:db8::{randrange(2**16):x}:{randrange(2**16):x}:{randrange(2**16):x}"


@dataclass
class Rest:
    """`/api/v1/` of a stack, for one who holds a token or an API key and sits at an address."""

    stack: Stack
    token: str = ""
    address: str = field(default_factory=new_address)

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self.request("GET", path, params=query or None)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        return self.request("POST", path, body={} if body is None else body, **options)

    def patch(self, path: str, body: Any) -> httpx2.Response:
        return self.request("PATCH", path, body=body)

    def delete(self, path: str) -> httpx2.Response:
        return self.request("DELETE", path)

    def upload(self, path: str, name: str, content: bytes) -> httpx2.Response:
        """A file, as a browser's form would send it; browsers guess its type, which nobody has to believe."""
        return self.request("POST", path, files={"file": (name, content, "application/x-guessed")})

    def download(self, url: str, headers: dict[str, str] | None = None) -> httpx2.Response:
        """A file by the `url` of an attachment."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return http_client().get(self.stack.url + url, headers=given | (headers or {}))

    def request(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None, **options: Any
    ) -> httpx2.Response:
        """Any call; its answer is held against docs/openapi.yaml."""
        given = {"X-Forwarded-For": self.address}
        if self.token:
            given["Authorization"] = f"{'Api-Key' if self.token.startswith('cpk_') else 'Bearer'} {self.token}"
        if body is not None:
            options["content"] = json.dumps(body, default=str)  # in ASCII, so that even lone surrogates can be tried
            given["Content-Type"] = "application/json"
        url = f"{self.stack.url}/api/v1/{path}"
        answer = http_client().request(method, url, headers=given | (headers or {}), **options)
        check_answer(method, path, answer.status_code, answer.json() if answer.content else None)
        return answer

    def connection_token(self) -> str:
        answer = self.post("auth/ws-connection-token/")
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["connection_token"]
        return token


@dataclass
class Visitor:
    """A visitor with a session on a website; `open` begins their conversation."""

    stack: Stack
    rest: Rest
    session: dict[str, Any]
    conversation_id: str = ""

    def open(self, content: str | None = None) -> dict[str, Any]:
        body = {} if content is None else {"client_id": str(uuid4()), "content": content}
        answer = self.rest.post("widget/conversations/", body)
        assert answer.status_code in (200, 201), answer.text
        opened: dict[str, Any] = answer.json()
        self.conversation_id = opened["conversation"]["id"]
        return opened

    def socket(self, greeted: bool = True, **options: Any) -> Socket:
        """With a new token, unless one is given."""
        if "token" not in options:
            options["token"] = self.rest.connection_token()
        options["headers"] = {"X-Forwarded-For": self.rest.address} | options.get("headers", {})
        return Socket(f"{self.stack.ws_url}/ws/chat/{self.conversation_id}/", greeted=greeted, **options)

    def path(self, rest: str) -> str:
        return f"widget/conversations/{self.conversation_id}/{rest}"


@dataclass
class StaffMember:
    """Somebody of the staff, logged in by JWT."""

    stack: Stack
    user: User
    rest: Rest

    def socket(self, greeted: bool = True, **options: Any) -> DashboardSocket:
        """With a new token, unless one is given."""
        if "token" not in options:
            options["token"] = self.rest.connection_token()
        options["headers"] = {"X-Forwarded-For": self.rest.address} | options.get("headers", {})
        return DashboardSocket(self.stack.ws_url + "/ws/dashboard/", greeted=greeted, **options)


def session_cookie(stack: Stack, user: User) -> dict[str, str]:
    """The header with which a browser in which this person has logged in asks for anything."""
    browser = Client()
    browser.force_login(user)
    return {"Cookie": f"chat_session_{stack.port}={browser.session.session_key}"}


def visit(stack: Stack, website: Website, **more: Any) -> Visitor:
    """A new visitor of the website."""
    answer = Rest(stack).post("widget/sessions/", {"website_key": website.website_key, **more})
    assert answer.status_code == 201, answer.text
    session = answer.json()
    return Visitor(stack, Rest(stack, session["visitor_token"]), session)


def log_in(stack: Stack, user: User) -> StaffMember:
    """As after `POST auth/token/`, without the third of a second that it takes to check a password."""
    return StaffMember(stack, user, Rest(stack, str(RefreshToken.for_user(user).access_token)))
