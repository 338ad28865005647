"""Proof of who a visitor is on the website: an HMAC of their user id, or a JWT, made with the website's secret."""

from __future__ import annotations

import hashlib
import hmac

import jwt
from pydantic import ValidationError

from accounts.models import Website
from conversations.errors import Forbidden
from widget.api.bodies import Profile

STANDARD = {"user_id", "exp", "iat", "nbf", "name", "email", "attributes"}


def proved_by_hash(website: Website, claim: Profile, digest: str) -> Profile:
    """Raises Forbidden unless `digest` is hex HMAC-SHA256(identity secret, user id)."""
    if not website.identity_secret:  # lost: nobody can prove anything by it
        raise Forbidden("The identity hash is wrong.")
    expected = hmac.new(website.identity_secret.encode(), claim.user_id.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), digest.lower().encode()):
        raise Forbidden("The identity hash is wrong.")
    return claim


def proved_by_jwt(website: Website, token: str) -> Profile:
    """Raises Forbidden unless it is a valid HS256 token with `user_id` and `exp`; other claims are attributes."""
    wrong = Forbidden("The identity token is wrong or expired.")
    if not website.identity_secret:
        raise wrong
    try:
        claims = jwt.decode(
            token, website.identity_secret, algorithms=["HS256"], options={"require": ["exp", "user_id"]}
        )
    except jwt.InvalidTokenError:
        raise wrong from None
    attributes = claims.get("attributes") or {}
    extra = {name: value for name, value in claims.items() if name not in STANDARD}
    try:
        return Profile(
            user_id=claims["user_id"],
            name=claims.get("name"),
            email=claims.get("email"),
            attributes={**extra, **attributes} if isinstance(attributes, dict) else attributes,
        )
    except ValidationError:
        raise wrong from None
