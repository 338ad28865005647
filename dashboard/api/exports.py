"""Exports over REST: asked for, watched, fetched."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff
from conversations.errors import Invalid
from dashboard.api.rights import owner_of
from dashboard.export_files import file_answer
from foundation.rest import ErrorAnswer, answer, read
from privacy.actions.exports import (
    delete_export,
    export_for,
    export_organisation,
    export_visitor,
    exports_for,
    key_for,
    opened,
)
from privacy.models import Export


class ExportForm(BaseModel):
    """`url` opens the file for who asked for it, with their own credentials, for a quarter of an hour."""

    id: UUID
    organisation_id: int
    visitor_id: UUID | None
    state: str
    done: int
    total: int
    size: int
    requested_by: str
    requested_at: datetime
    expires_at: datetime | None
    url: str | None

    @classmethod
    def of(cls, export: Export, asker: Staff) -> ExportForm:
        named = {name: getattr(export, name) for name in cls.model_fields if name not in ("url",)}
        is_theirs = export.state == Export.State.READY and export.requested_by_id == asker.user_id
        path = f"{settings.PUBLIC_URL}/api/v1/export/{export.pk}/file/?key={key_for(export, asker.user_id)}"
        return cls(**named, url=path if is_theirs else None)


class ExportsForm(BaseModel):
    """The last hundred."""

    results: list[ExportForm]
    next: str | None = None
    previous: str | None = None


class NewExport(BaseModel):
    """Of one visitor, or of a whole organisation (its owners only)."""

    model_config = ConfigDict(extra="forbid")

    visitor: UUID | None = None
    organisation: Annotated[int, Field(ge=1, le=2**62)] | None = None


class ExportsView(APIView):
    """`GET|POST export/`."""

    @extend_schema(responses=ExportsForm, operation_id="export_list")
    def get(self, request: Request) -> Response:
        actor = owner_of(request)
        return answer(ExportsForm(results=[ExportForm.of(one, actor) for one in exports_for(actor)]))

    @extend_schema(request=NewExport, responses={201: ExportForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor, body = owner_of(request), read(request, NewExport)
        if (body.visitor is None) == (body.organisation is None):
            raise Invalid("give either visitor or organisation")
        if body.visitor is not None:
            made = export_visitor(actor, body.visitor)
        else:
            made = export_organisation(actor, body.organisation or 0)
        return answer(ExportForm.of(made, actor), status=201)


class ExportView(APIView):
    """`GET|DELETE export/<id>/`."""

    @extend_schema(responses=ExportForm, operation_id="export_retrieve")
    def get(self, request: Request, export_id: UUID) -> Response:
        actor = owner_of(request)
        return answer(ExportForm.of(export_for(actor, export_id), actor))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, export_id: UUID) -> Response:
        delete_export(owner_of(request), export_id)
        return answer(None, status=204)


class ExportFileView(APIView):
    """`GET export/<id>/file/?key=`: the ZIP file."""

    @extend_schema(
        parameters=[OpenApiParameter("key", OpenApiTypes.STR, required=True)],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        return file_answer(opened(owner_of(request), export_id, request.query_params.get("key", "")))
