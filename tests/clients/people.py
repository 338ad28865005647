"""Vera and the staff as programs: they log in, open sockets and call REST, all by the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from accounts.models import User, Website
from tests.cast import PASSWORD
from tests.clients.sockets import DashboardSocket, Socket
from tests.servers.stack import Stack


@dataclass
class Rest:
    """`/api/v1/` of a stack, for one who holds a bearer token."""

    stack: Stack
    token: str = ""
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.client = httpx2.Client(
            base_url=self.stack.url + "/api/v1/", headers=headers, timeout=30, trust_env=False
        )

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self.client.get(path, params=query)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        return self.client.post(path, json={} if body is None else body, **options)

    def patch(self, path: str, body: Any) -> httpx2.Response:
        return self.client.patch(path, json=body)

    def delete(self, path: str) -> httpx2.Response:
        return self.client.delete(path)

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
        opened: dict[str, Any] = self.rest.post("widget/conversations/", body).json()
        self.conversation_id = opened["conversation"]["id"]
        return opened

    def socket(self, **options: Any) -> Socket:
        path = f"/ws/chat/{self.conversation_id}/"
        options.setdefault("token", self.rest.connection_token())
        return Socket(self.stack.ws_url + path, **options)

    def path(self, rest: str) -> str:
        return f"widget/conversations/{self.conversation_id}/{rest}"


@dataclass
class StaffMember:
    """Somebody of the staff, logged in by JWT."""

    stack: Stack
    user: User
    rest: Rest

    def socket(self, **options: Any) -> DashboardSocket:
        options.setdefault("token", self.rest.connection_token())
        return DashboardSocket(self.stack.ws_url + "/ws/dashboard/", **options)


def visit(stack: Stack, website: Website, **more: Any) -> Visitor:
    """A new visitor of the website."""
    answer = Rest(stack).post("widget/sessions/", {"website_key": website.website_key, **more})
    assert answer.status_code == 201, answer.text
    session = answer.json()
    return Visitor(stack, Rest(stack, session["visitor_token"]), session)


def log_in(stack: Stack, user: User) -> StaffMember:
    answer = Rest(stack).post("auth/token/", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return StaffMember(stack, user, Rest(stack, answer.json()["access"]))
