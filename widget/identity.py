"""Proof of who a visitor is on the website: an HMAC of their user id, or a JWT, made with the website's secret."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

import jwt

from accounts.models import Website
from conversations.errors import Forbidden

CLAIMS = {"user_id", "exp", "iat", "nbf", "name", "email", "attributes"}


@dataclass(frozen=True, slots=True)
class Identity:
    """A proved identity: the visitor's id on the website, and what the website says of them."""

    user_id: str
    name: str = ""
    email: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)


def proved_by_hash(website: Website, identity: Identity, digest: str) -> Identity:
    """Raises Forbidden unless `digest` is hex HMAC-SHA256(identity secret, user id)."""
    expected = hmac.new(website.identity_secret.encode(), identity.user_id.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), digest.lower().encode()):
        raise Forbidden("The identity hash is wrong.")
    return identity


def proved_by_jwt(website: Website, token: str) -> Identity:
    """Raises Forbidden unless it is a valid HS256 token with `user_id` and `exp`; other claims are attributes."""
    try:
        claims = jwt.decode(
            token, website.identity_secret, algorithms=["HS256"], options={"require": ["exp", "user_id"]}
        )
    except jwt.InvalidTokenError:
        raise Forbidden("The identity token is wrong or expired.") from None
    extra = {name: value for name, value in claims.items() if name not in CLAIMS}
    attributes = {**extra, **(claims["attributes"] if isinstance(claims.get("attributes"), dict) else {})}
    return Identity(str(claims["user_id"]), _text(claims.get("name")), _text(claims.get("email")), attributes)


def _text(value: object) -> str:
    return value[:120] if isinstance(value, str) else ""
