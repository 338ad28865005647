"""A line and a figure for each request by HTTP, and its id on every line that is logged for it."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from foundation.logs import log, logged_with
from foundation.metrics import REQUESTS

logger = log(__name__)
HEADER = "X-Request-Id"
ACCEPTABLE = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = ("/health/", "/metrics", settings.STATIC_URL)  # asked for all the time: only with LOG_LEVEL=DEBUG
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


@sync_and_async_middleware
def tell_of_requests(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware, the first of all."""
    if iscoroutinefunction(get_response):

        async def answered_soon(request: HttpRequest) -> HttpResponseBase:
            began, request_id = time.perf_counter(), id_of(request)
            with logged_with(request=request_id):
                awaited: Awaitable[HttpResponseBase] = get_response(request)
                return _told(request, await awaited, request_id, time.perf_counter() - began)

        return answered_soon

    def answered(request: HttpRequest) -> HttpResponseBase:
        began, request_id = time.perf_counter(), id_of(request)
        with logged_with(request=request_id):
            return _told(request, get_response(request), request_id, time.perf_counter() - began)

    return answered


def id_of(request: HttpRequest) -> str:
    """What a proxy of ours has called it, or a new one: a stranger must not choose what our log says."""
    given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXIES else ""
    return given if ACCEPTABLE.fullmatch(given) else uuid4().hex


def _told(request: HttpRequest, answer: HttpResponseBase, request_id: str, seconds: float) -> HttpResponseBase:
    answer[HEADER] = request_id
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method=method, status=f"{answer.status_code // 100}xx").observe(seconds)
    say = logger.debug if request.path.startswith(QUIET) else logger.info
    line = {"method": method, "route": _route(request), "status": answer.status_code, "ms": round(seconds * 1000, 1)}
    say("[HTTP] answered", **{**_numbers(request), **line})
    return answer


def _route(request: HttpRequest) -> str:
    """The address as urls.py has it: links that reset a password have their secret in the path."""
    return request.resolver_match.route if request.resolver_match else ""


def _numbers(request: HttpRequest) -> dict[str, str]:
    """Which website, conversation and so on: what in the path is a number or a UUID."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    return {name: str(value) for name, value in found.items() if isinstance(value, int | UUID)}
