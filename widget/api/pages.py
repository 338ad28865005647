"""Pages of a visitor's conversations."""

from __future__ import annotations

from foundation.pages import Pages


class ByActivity(Pages):
    """Index conversation_of_visitor."""

    ordering = ("-last_message_at", "-id")
