"""What operators change in their admin stands in the log as well."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from audit.recording import record


class Audited:
    """For a ModelAdmin, whose pages are one transaction each."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record(f"admin.{obj._meta.model_name}_made", obj)
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record(f"admin.{obj._meta.model_name}_changed", obj, fields=_fields(message))
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for one in queryset:
            record(f"admin.{one._meta.model_name}_deleted", one)
        return super().log_deletions(request, queryset)  # type: ignore[misc]


def _fields(message: Any) -> list[str]:
    """Django says what was changed as a list of what it did, or as a sentence."""
    parts = message if isinstance(message, list) else []
    return sorted({name for part in parts for name in part.get("changed", {}).get("fields", [])})
