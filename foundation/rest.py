"""REST in the words of pydantic: a view reads a body, calls one action and answers a form."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import close_old_connections
from django.http import JsonResponse
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response

B = TypeVar("B", bound=BaseModel)
T = TypeVar("T")


class ErrorDetail(BaseModel):
    """`code` is for programs, `detail` for people. `fields` says what is wrong where; `retry_after` is in seconds."""

    code: str
    detail: str
    fields: dict[str, list[str]] | None = None
    conversation_id: UUID | None = None
    retry_after: float | None = None


class ErrorAnswer(BaseModel):
    """The form of every refusal."""

    error: ErrorDetail


def read(request: Request, form: type[B]) -> B:
    """The body of a request; raises pydantic's ValidationError, which is answered with 400."""
    return form.model_validate(request.data)


def form(model: BaseModel) -> dict[str, Any]:
    """A model as plain JSON values."""
    return model.model_dump(mode="json", by_alias=True)


def answer(model: BaseModel | dict[str, Any] | None, status: int = 200) -> Response:
    return Response(form(model) if isinstance(model, BaseModel) else model, status=status)


def run(action: Coroutine[Any, Any, T]) -> T:
    """Run an action of the core on the server's own event loop, where its pools and batches live."""

    async def awaited() -> T:
        return await action

    return async_to_sync(awaited)()


def run_long(action: Coroutine[Any, Any, T]) -> T:
    """As `run`, for what waits for somebody else's server: meanwhile this request keeps no connection to Postgres."""
    close_old_connections()
    return run(action)


def error_body(code: str, detail: str, **more: Any) -> dict[str, Any]:
    """An `ErrorAnswer`, as plain JSON values."""
    return {
        "error": {"code": code, "detail": detail, **{key: value for key, value in more.items() if value is not None}}
    }


def error_page(code: str, detail: str, status: int) -> JsonResponse:
    """The same from outside of REST views, such as for an unknown address under /api/."""
    return JsonResponse(error_body(code, detail), status=status)
