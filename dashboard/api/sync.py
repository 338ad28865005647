"""Lists that a program keeps a copy of: with `updated_since` what has changed, the oldest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.errors import Invalid
from foundation.pages import PAGE_PARAMETERS, Pages
from foundation.synced_until import synced_until

SINCE = "updated_since"
SYNC_PARAMETERS = [
    OpenApiParameter(
        SINCE,
        OpenApiTypes.DATETIME,
        description="what has changed since, the oldest first; give `synced_until` of the first page the next time",
    ),
    *PAGE_PARAMETERS,
]


class SyncPages(Pages):
    """For rows with `updated_at`. `synced_until` of an answer is null where nobody asked for changes."""

    offset_cutoff = 0  # none: among rows of one moment it counts on, however many there are

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        self.until = synced_until() if SINCE in request.query_params else None
        if self.until is not None:
            queryset = queryset.filter(updated_at__gte=moment(request.query_params[SINCE]))
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        if SINCE in request.query_params:
            return ("updated_at", "id")
        return (self.ordering,) if isinstance(self.ordering, str) else tuple(self.ordering)

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data["synced_until"] = self.until
        return response


def moment(value: str) -> datetime:
    """Raises Invalid."""
    try:
        found = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid("updated_since: a moment such as 2026-11-20T10:00:00Z")
    return found
