"""Refusals as REST answers: `{"error": {"code", "detail", "fields"?}}`, one status per code."""

from __future__ import annotations

import math
from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import DatabaseError, DataError
from django.http import Http404
from pydantic import ValidationError
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.second_factor import CodeNeeded, SecondFactorMissing
from conversations.errors import Refusal
from foundation.logs import log
from foundation.redis import RedisError
from foundation.rest import error_body

logger = log(__name__)
STATUS = {
    "invalid": 400,
    "too_long": 400,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "stale": 409,
    "rate_limited": 429,
    "unavailable": 503,
}
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "invalid",
    413: "too_long",
    415: "invalid",
    429: "rate_limited",
}


def answer_for(error: Exception, context: dict[str, Any]) -> Response | None:
    """What DRF answers when a view raises; None lets it be a 500."""
    match error:
        case Refusal():
            return _of_refusal(error)
        case ValidationError():
            return _of_validation(error)
        case Http404():
            return Response(error_body("not_found", "There is nothing here."), status=404)
        case DjangoPermissionDenied():
            return Response(error_body("forbidden", str(error) or "You may not do this."), status=403)
        case SecondFactorMissing():
            return Response(error_body("second_factor_required", str(error)), status=403)
        case CodeNeeded():
            challenge = {"WWW-Authenticate": "Bearer"}
            return Response(error_body(error.code, str(error)), status=401, headers=challenge)
        case exceptions.APIException():
            return _of_rest_framework(error)
        case DataError():  # a value that no column can hold; bodies should have refused it
            logger.warning("the database refused a value", error=repr(error))
            return Response(error_body("invalid", "A value is out of range."), status=400)
        case RedisError() | DatabaseError() | psycopg.Error():
            logger.error("request failed", error=repr(error))
            return Response(
                error_body("unavailable", "Try again in a moment."), status=503, headers={"Retry-After": "2"}
            )
    return None


def _of_refusal(refusal: Refusal) -> Response:
    code = "conflict" if refusal.code == "stale" else refusal.code
    other = str(refusal.conversation_id) if refusal.conversation_id else None
    headers = {"Retry-After": str(math.ceil(refusal.retry_after))} if refusal.retry_after else {}
    body = error_body(code, refusal.detail, conversation_id=other, retry_after=refusal.retry_after)
    return Response(body, status=STATUS[refusal.code], headers=headers)


def _of_validation(error: ValidationError) -> Response:
    fields: dict[str, list[str]] = {}
    for one in error.errors(include_url=False, include_input=False):
        fields.setdefault(".".join(str(part) for part in one["loc"]) or "body", []).append(one["msg"])
    long = any(one["type"] == "too_long" and one["loc"] == ("content",) for one in error.errors(include_url=False))
    name, messages = next(iter(fields.items()))
    return Response(error_body("too_long" if long else "invalid", f"{name}: {messages[0]}", fields=fields), status=400)


def _of_rest_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(math.ceil(wait))
    detail: Any = error.detail
    if isinstance(detail, dict):
        detail = detail.get("detail", "This is not valid.")
    code = CODES.get(error.status_code, "error")
    return Response(error_body(code, str(detail), retry_after=wait), status=error.status_code, headers=headers)
