"""Pages of a visitor's conversations."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class ByActivity(CursorPagination):
    """Index conversation_of_visitor."""

    page_size = 20
    ordering = ("-last_message_at", "-id")
