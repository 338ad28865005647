"""Which scope an API key needs for which address. An address that stands nowhere is closed to every key."""

from __future__ import annotations

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.actors import KeyRights

API = "/api/v1/"
AREAS = {  # the first part of the address below /api/v1/
    "conversations": "conversations",
    "visitors": "conversations",
    "labels": "conversations",
    "canned-replies": "conversations",
    "search": "conversations",
    "attachments": "conversations",
    "auth": "conversations",  # a token for a socket
    "knowledge": "knowledge",
    "assistant": "knowledge",
    "reports": "reports",
    "websites": "settings",
    "members": "settings",
    "invitations": "settings",
    "webhooks": "settings",
    "audit": "settings",
    "export": "settings",
    "diagnostics": "settings",
}
PEOPLE_ONLY = {"api-keys"}  # else a key could make one that may more, or lives longer


def scope_for(path: str, method: str) -> str | None:
    """`/api/v1/labels/7/`, `GET` → `conversations:read`; None where no key may go."""
    area = AREAS.get(path.removeprefix(API).split("/")[0])
    if area is None:
        return None
    return f"{area}:{'read' if method in SAFE_METHODS else 'write'}"


def check_scope(request: Request, key: KeyRights) -> None:
    """Raises PermissionDenied."""
    needed = scope_for(request.path, request.method or "")
    if needed is None:
        raise PermissionDenied("This is for people only, not for API keys.")
    if needed not in key.scopes:
        raise PermissionDenied(f"This API key lacks the scope {needed}.")
