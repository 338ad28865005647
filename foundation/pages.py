"""Lists come in pages `{results, next, previous}`, cut by a cursor: what arrives meanwhile shifts nothing."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import CursorPagination

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` or `previous`"),
    OpenApiParameter("limit", OpenApiTypes.INT, description="entries of a page: 50 unless told, at most 200"),
]


class Pages(CursorPagination):
    """Subclasses say in which order."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
