"""Whose request is being answered: so that an action need not be handed it only to write down who asked for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from foundation.addresses import client_address, kept_address

_request: ContextVar[HttpRequest | None] = ContextVar("request being answered", default=None)
LONGEST_NAME = 160


class Person(Protocol):
    """A `Staff` actor, for actions that were handed one."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """`user_id` None: nobody who is logged in, or the system itself. `via`: page, api or system."""

    user_id: int | None = None
    name: str = ""
    via: str = "system"
    address: str = ""


@sync_and_async_middleware
def remember_request(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware. Threads and the event loop that work for a request inherit what is remembered here."""
    if iscoroutinefunction(get_response):

        async def answered_soon(request: HttpRequest) -> HttpResponseBase:
            token = _request.set(request)
            try:
                awaited: Awaitable[HttpResponseBase] = get_response(request)
                return await awaited
            finally:
                _request.reset(token)

        return answered_soon

    def answered(request: HttpRequest) -> HttpResponseBase:
        token = _request.set(request)
        try:
            answer: HttpResponseBase = get_response(request)
            return answer
        finally:
            _request.reset(token)

    return answered


def asker(by: Person | Asker | None = None, *, mask: bool = True) -> Asker:
    """Who asks for what is being done right now; `by` is known better where an action was handed its actor."""
    request = _request.get()
    if request is None:
        return Asker(by.user_id, by.name[:LONGEST_NAME]) if by is not None else Asker()
    user: Any = getattr(request, "user", None)
    is_somebody = bool(getattr(user, "is_authenticated", False) and user.pk)
    user_id, name = (user.pk, user.name or user.email) if is_somebody else (None, "")
    if by is not None:
        user_id, name = by.user_id, by.name
    via = "api" if request.path.startswith("/api/") else "page"
    return Asker(user_id, name[:LONGEST_NAME], via, kept_address(address_of(request), mask=mask))


def address_of(request: HttpRequest) -> str:
    peer = request.META.get("REMOTE_ADDR") or ""
    return client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR"))
