"""Files over REST: how one is taken in, and how it is given out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor, Staff
from accounts.api.actors import actor_of
from accounts.api.permissions import IsAnyActor
from conversations import audiences
from conversations.actions.attachments import STORAGE, take_file
from conversations.errors import Invalid, NotFound, RateLimited
from conversations.protocol import Attachment
from conversations.queries.attachments import attachment_for
from foundation.db import db
from foundation.rate_limits import seconds_to_wait
from foundation.rest import answer, run

PIECE = 64 * 1024
UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
        "additionalProperties": False,
    }
}
takes_a_file = extend_schema(request=UPLOAD, responses={201: Attachment})


class AttachmentsView(APIView):
    """`POST conversations/<id>/attachments/`: a file, to be sent with a message."""

    parser_classes = (MultiPartParser,)

    @takes_a_file
    def post(self, request: Request, conversation_id: UUID) -> Response:
        actor = actor_of(request)
        file = uploaded(request, actor)
        taken = take_file(actor, conversation_id, file.name or "", file, file.size or 0)
        return answer(audiences.attachment(taken.described()), status=201)


class AttachmentView(APIView):
    """`GET attachments/<id>/`: the file, for whoever was sent it."""

    permission_classes = (IsAnyActor,)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, attachment_id: UUID) -> HttpResponseBase:
        found = attachment_for(actor_of(request), attachment_id)
        try:
            file = storages[STORAGE].open(found.place)
        except FileNotFoundError:
            raise NotFound("file") from None
        is_picture = found.width is not None
        return StreamingHttpResponse(
            pieces(file),
            headers={
                "Content-Type": found.content_type,
                "Content-Length": str(found.size),
                "Content-Disposition": content_disposition_header(not is_picture, found.name) or "attachment",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cache-Control": "private, max-age=3600",
                "Vary": "Authorization, Cookie",
            },
        )


def uploaded(request: Request, actor: Actor) -> UploadedFile[bytes]:
    """The one file of a form. Raises RateLimited for who sends too many, and Invalid for anything else."""
    wait = run(seconds_to_wait(f"upload:{_name_of(actor)}", settings.ENVIRONMENT.limit_uploads_per_minute))
    if wait:
        raise RateLimited(wait)
    return _only_file(request)


def _name_of(actor: Actor) -> str:
    return f"staff:{actor.user_id}" if isinstance(actor, Staff) else f"visitor:{actor.visitor_id}"


def _only_file(request: Request) -> UploadedFile[bytes]:
    surprises = [name for name in request.data if name != "file"]
    if surprises:
        raise Invalid(f"{surprises[0]}: this field is not known")
    files = request.FILES.getlist("file")
    if len(files) != 1:
        raise Invalid("file: give one file, as multipart/form-data")
    found: UploadedFile[bytes] = files[0]
    return found


async def pieces(file: File[bytes]) -> AsyncIterator[bytes]:
    """Read on our threads: given a synchronous iterator, Django would first read all of it into memory."""
    try:
        while piece := await db(file.read, PIECE):
            yield piece
    finally:
        await db(file.close)
