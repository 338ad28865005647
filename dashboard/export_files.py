"""The file of an export, as an answer that is never in memory as a whole."""

from __future__ import annotations

from django.core.files.storage import storages
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from conversations.api.attachments import pieces
from conversations.errors import NotFound
from privacy.actions.exports import STORAGE
from privacy.models import Export


def file_answer(export: Export) -> HttpResponseBase:
    """Raises NotFound when it has just expired."""
    try:
        file = storages[STORAGE].open(export.place)
    except FileNotFoundError:
        raise NotFound("export") from None
    what = "visitor" if export.visitor_id else "organisation"
    return StreamingHttpResponse(
        pieces(file),
        headers={
            "Content-Type": "application/zip",
            "Content-Length": str(export.size),
            "Content-Disposition": f'attachment; filename="{what}-{export.requested_at:%Y-%m-%d}.zip"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
