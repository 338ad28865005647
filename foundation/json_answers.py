"""How answers of REST views become JSON, and are let go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class JSONAnswers(JSONRenderer):
    """Leaves no cycles: in DRF's, each answer keeps itself, with its whole page, until Python looks for garbage."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        text = super().render(data, accepted_media_type, renderer_context)
        if isinstance(renderer_context, dict):
            view = renderer_context.get("view")
            if view is not None:
                view.response = None
            renderer_context.clear()
        return text
