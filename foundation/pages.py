"""Lists come in pages `{results, next, previous}`, cut by a cursor: what arrives meanwhile shifts nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` or `previous`"),
    OpenApiParameter("limit", OpenApiTypes.INT, description="entries of a page: 50 unless told, at most 200"),
]


class Pages(CursorPagination):
    """Subclasses say in which order."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """A cursor that somebody made up is not found, whatever the database says of it."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError, DataError):
            raise NotFound(self.invalid_cursor_message) from None
