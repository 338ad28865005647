"""What each address of the API takes, so that nothing but who asks can be wrong."""

from __future__ import annotations

from uuid import uuid4


def body_for(method: str, address: str) -> object:
    """What this address takes, so that nothing but its owner can be wrong."""
    known = CHANGES if method == "PATCH" else BODIES
    found = next((body for part, body in known.items() if part in address), {})
    return None if method in ("GET", "DELETE") else found


BODIES: dict[str, object] = {
    "messages/{message_id}/thumb/": {"helpful": True},
    "/messages/": {"client_id": str(uuid4()), "content": "x"},
    "typing/": {"is_typing": True},
    "contact/": {"email": "mallory@globex.test"},
    "transcript/": {"email": "mallory@globex.test"},
    "rating/": {"score": 1},
    "widget/form/": {"values": {}},
    "second-factor/reset/": {"password": "a-guess"},
    "rewrite/": {"text": "x", "how": "shorter"},
    "/read/": {"rev": 1},
    "attributes/": {"attributes": {"plan": "pro"}},
    "visitors/{visitor_id}/merge/": {"visitor": str(uuid4())},
}
CHANGES: dict[str, object] = {
    "/messages/": {"content": "x"},
    "knowledge/sources/": {"daily": True},
    "knowledge/": {"published": True},
    "websites/": {"name": "x"},
    "webhooks/": {"is_active": True},
    "members/": {"is_away": True},
    "labels/": {"color": "#000000"},
    "canned-replies/": {"content": "x"},
    "visitors/": {"is_blocked": True},
    "conversations/": {"status": "resolved"},
}
