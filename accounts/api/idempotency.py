"""`Idempotency-Key`: whoever asks the same again with the same key is given the first answer (docs/api.md)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.views import APIView

from accounts.actors import SEES_ALL, Actor, Staff, VisitorActor, memberships_of
from accounts.kept_answers import Answer, Held, InProgress, OtherRequest, RightsLost, begin
from accounts.second_factor import SecondFactorMissing
from foundation.encryption import Unreadable
from foundation.json_bodies import LargeJsonParser
from foundation.logs import log
from foundation.rest import error_page

logger = log(__name__)
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
# As in the IETF's draft, and without its quotation marks.
KEYS = re.compile(r'(?P<mark>"?)(?P<key>[\x21\x23-\x7e]{1,255})(?P=mark)')
ONE_TIME = "/api/v1/auth/"  # answers are tokens of a minute, or for who is nobody yet
FORMS = "multipart/form-data"
AWAY = (DatabaseError, psycopg.Error)


def takes_keys(method: str, path: str) -> bool:
    return path.startswith("/api/v1/") and not path.startswith(ONE_TIME) and method not in SAFE_METHODS


class IdempotencyKeys:
    """Middleware, the innermost: it keeps what a view answered, without what others put around it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        except BaseException:  # who asked has hung up
            _let_go(request)
            raise
        held: Held | None = getattr(request, "idempotency_key", None)
        if held is not None:
            _keep(held, request, response)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, *_: Any) -> HttpResponse | None:
        key, kind = request.headers.get(HEADER), getattr(view_func, "cls", None)
        if key is None or kind is None or not takes_keys(request.method or "", request.path):
            return None
        view: APIView = kind(**view_func.initkwargs)
        try:
            actor = _actor_who_may(view, request)
        except AWAY:
            return _unavailable()
        return None if actor is None else _begun(request, view, actor, key)


def _actor_who_may(view: APIView, request: HttpRequest) -> Actor | None:
    """None: it is for the view to refuse them, or it is for everybody."""
    asked = view.initialize_request(request)
    try:
        actor: Any = asked.auth
        if actor is not None:
            view.check_permissions(asked)
    except (APIException, SecondFactorMissing, PermissionDenied, Http404):
        return None
    return actor if isinstance(actor, Staff | VisitorActor) else None


def _begun(request: HttpRequest, view: APIView, actor: Actor, given: str) -> HttpResponse | None:
    """None: the view may do it. The answer of the first request, or a refusal."""
    key = KEYS.fullmatch(given)
    if key is None:
        return error_page("invalid", f"{HEADER}: 1 to 255 characters of ASCII, without spaces", 400)
    body = _body_digest(request, view)
    if body is None:
        return None
    parts = [_name_of(actor), request.method, request.path, key["key"]]
    try:
        found = begin(hashlib.sha256(json.dumps(parts).encode()).hexdigest(), body, _rights_of(request, actor))
    except InProgress:
        return _later(error_page("in_progress", "The first request with this key is still running.", 409), 1)
    except RightsLost:
        return error_page("forbidden", "You may no longer do what you did with this key.", 403)
    except OtherRequest:
        return error_page("key_reused", "This key was used for another request. Take a new one.", 422)
    except Unreadable:
        return error_page("conflict", "This was done, but its answer cannot be read any more.", 409)
    except AWAY as error:
        logger.error("request failed", error=repr(error))
        return _unavailable()
    if isinstance(found, Answer):
        return _replayed(found)
    request.idempotency_key = found  # type: ignore[attr-defined]
    return None


def _name_of(actor: Actor) -> str:
    if isinstance(actor, Staff):
        return f"key:{actor.key.id}" if actor.key else f"staff:{actor.user_id}"
    return f"visitor:{actor.visitor_id}"


def _rights_of(request: HttpRequest, actor: Actor) -> list[str]:
    """The answer to a DELETE tells nothing, and who removed a website has no right to it any more."""
    if request.method == "DELETE" or not isinstance(actor, Staff):
        return []
    administered = memberships_of(actor).filter(role__in=SEES_ALL).values_list("organisation_id", flat=True)
    scopes = actor.key.scopes if actor.key else ()
    return [*map("website {}".format, actor.websites), *map("organisation {}".format, administered), *scopes]


def _body_digest(request: HttpRequest, view: APIView) -> str | None:
    """Of the fields and files of a form, whose boundary is another one at each attempt; else of the bytes.

    None for what cannot be read: the view refuses it.
    """
    digest = hashlib.sha256(json.dumps(request.META.get("QUERY_STRING", "")).encode())
    if request.content_type == FORMS and any(parser.media_type == FORMS for parser in view.get_parsers()):
        try:
            _add_form(digest, request)
        except MultiPartParserError:
            return None
    elif int(request.META.get("CONTENT_LENGTH") or 0) > LargeJsonParser.largest:
        return None
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _add_form(digest: Any, request: HttpRequest) -> None:
    for name, values in sorted(request.POST.lists()):
        digest.update(json.dumps([name, values]).encode())
    for name, files in sorted(request.FILES.lists(), key=lambda one: str(one[0])):
        for file in files:
            assert isinstance(file, UploadedFile)
            digest.update(json.dumps([name, file.name, file.size]).encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)


def _keep(held: Held, request: HttpRequest, response: HttpResponse) -> None:
    """What may come out otherwise at the next attempt is not kept: who was too fast, not let in, or met a fault."""
    try:
        if response.streaming or response.status_code in (401, 429) or response.status_code >= 500:
            held.let_go()
            return
        kind = response.headers.get("Content-Type", "")
        told = Answer(response.status_code, kind, response.content.decode())
        held.answered(request.path, told, tells_nothing=request.method == "DELETE")
    except AWAY as error:  # it is done; until the lease ends, the same key gets 409
        logger.error("an answer could not be kept", path=request.path, error=repr(error))


def _let_go(request: HttpRequest) -> None:
    held: Held | None = getattr(request, "idempotency_key", None)
    if held is not None:
        try:
            held.let_go()
        except AWAY as error:
            logger.error("a key could not be let go of", path=request.path, error=repr(error))


def _replayed(found: Answer) -> HttpResponse:
    response = HttpResponse(found.content, status=found.status, content_type=found.content_type or None)
    if not found.content_type:
        del response["Content-Type"]
    response[REPLAYED] = "true"
    return response


def _unavailable() -> HttpResponse:
    return _later(error_page("unavailable", "Try again in a moment.", 503), 2)


def _later(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Retry-After"] = str(seconds)
    return response
