"""The audit log over REST, for owners and admins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.models import AuditEntry
from conversations.errors import Invalid
from dashboard.api.lists import clean, number
from dashboard.api.rights import administered_organisations, owner_of
from dashboard.audit_log import Asked
from foundation.pages import PAGE_PARAMETERS, Pages
from foundation.rest import form


class AuditForm(BaseModel):
    """`via`: page, api or system. `target_name` is what it was called then."""

    id: int
    at: datetime
    organisation_id: int | None
    website_id: int | None
    actor_id: int | None
    actor_name: str
    via: str
    address: str
    action: str
    target_kind: str
    target_id: str
    target_name: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditForm:
        return cls(**{name: getattr(entry, name) for name in cls.model_fields})


class AuditListForm(BaseModel):
    results: list[AuditForm]
    next: str | None
    previous: str | None


class Newest(Pages):
    """Index audit_of_organisation."""

    ordering = "-id"


class AuditView(APIView):
    """`GET audit/?actor=&action=&website=&since=&until=`: of all organisations that one administers."""

    @extend_schema(
        parameters=[
            OpenApiParameter("actor", OpenApiTypes.INT, description="a member; 0: the system, or nobody known"),
            OpenApiParameter("action", OpenApiTypes.STR, description="`website.changed`, or `website` for all of them"),
            OpenApiParameter("website", OpenApiTypes.INT),
            OpenApiParameter("since", OpenApiTypes.DATE, description="the first day, in UTC"),
            OpenApiParameter("until", OpenApiTypes.DATE, description="the last day, in UTC"),
            *PAGE_PARAMETERS,
        ],
        responses={200: AuditListForm},
        operation_id="audit_list",
    )
    def get(self, request: Request) -> Response:
        actor, given = owner_of(request), request.query_params
        asked = Asked(
            actor=number(given["actor"], "actor") if "actor" in given else None,
            action=clean(given.get("action", ""))[:60],
            website=number(given["website"], "website") if "website" in given else None,
            since=_day(given.get("since"), "since"),
            until=_day(given.get("until"), "until"),
        )
        pages = Newest()
        found = asked.of(administered_organisations(actor))
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response([form(AuditForm.of(one)) for one in page or []])


def _day(text: str | None, name: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"{name}: a day such as 2026-03-29") from None
    if found and not 1970 <= found.year <= 9000:
        raise Invalid(f"{name}: a day that somebody lives to see")
    return found
