"""`POST /api/v1/mail/`: a mail service hands in what came, as it came.

Understood are the whole mail as the body (`message/rfc822`, Amazon SES and own scripts), and the field in which
services put it: `body-mime` (Mailgun), `email` (SendGrid, "raw"), `RawEmail` of JSON (Postmark). Whether it was taken
or why not is in the answer; a service tries again at 503 alone.
"""

from __future__ import annotations

import hmac
import json

import psycopg
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from conversations.errors import Unavailable
from foundation.rest import error_page, run
from integrations.mail.taking import take_mail

FIELDS = ("body-mime", "email")


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """200 `{outcome}` for everything that need not come again."""
    token = settings.ENVIRONMENT.mail_in_token.get_secret_value()
    if not token:
        return error_page("not_found", "There is nothing here.", 404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        return error_page("not_authenticated", "The token is missing or wrong.", 401)
    raw = _mail_in(request)
    if not raw:
        return error_page("invalid", "There is no mail in this.", 400)
    try:
        taken = run(take_mail(raw))
    except (Unavailable, DatabaseError, psycopg.Error):
        return error_page("unavailable", "Try again in a moment.", 503)
    return JsonResponse({"outcome": taken.outcome.value})


def _mail_in(request: HttpRequest) -> bytes:
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for name in FIELDS:
            file = request.FILES.get(name)
            if isinstance(file, UploadedFile):
                return bytes(file.read())
        return next((request.POST[name] for name in FIELDS if name in request.POST), "").encode("utf-8", "replace")
    if request.content_type == "application/json":
        try:
            found = json.loads(request.read())["RawEmail"]
        except (ValueError, KeyError, TypeError):
            return b""
        return found.encode("utf-8", "replace") if isinstance(found, str) else b""
    return request.read()
