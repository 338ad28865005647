"""The visitors' tokens: random, hashed at rest, of one website."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from accounts.actors import VisitorActor
from conversations.models import Visitor
from widget.models import VisitorToken

SESSION, RESUME = VisitorToken.Purpose.SESSION, VisitorToken.Purpose.RESUME
LIFETIME = {SESSION: timedelta(days=365), RESUME: timedelta(days=30)}
PREFIX = {SESSION: "v_", RESUME: "r_"}


def new_token(visitor: Visitor, purpose: VisitorToken.Purpose) -> str:
    """A new token of this visitor; only its hash is kept."""
    token = PREFIX[purpose] + secrets.token_urlsafe(32)
    expires_at = timezone.now() + LIFETIME[purpose]
    VisitorToken.objects.create(visitor=visitor, purpose=purpose, token_hash=_hash(token), expires_at=expires_at)
    return token


def visitor_of_token(token: str, website_id: int | None = None) -> Visitor | None:
    """The visitor whose session token this is, of that website if one is named. Unique index on the hash."""
    return _find(token, SESSION, website_id)


def use_resume_handle(handle: str, website_id: int) -> Visitor | None:
    """The visitor who may come back with this handle. It works once, and never for identified visitors."""
    visitor = _find(handle, RESUME, website_id)
    VisitorToken.objects.for_hash(_hash(handle)).filter(purpose=RESUME).delete()
    return visitor if visitor and visitor.external_id is None else None


def drop_older_handles(visitor: Visitor, keep: int = 2) -> None:
    """Keep the newest handles only: a page that never got its answer may still hold the one before."""
    handles = VisitorToken.objects.for_visitor(visitor).filter(purpose=RESUME).order_by("-id")
    handles.filter(pk__in=list(handles.values_list("pk", flat=True)[keep:])).delete()


def actor_of(visitor: Visitor) -> VisitorActor:
    return VisitorActor(visitor.pk, visitor.website_id)


def _find(token: str, purpose: VisitorToken.Purpose, website_id: int | None) -> Visitor | None:
    presented = VisitorToken.objects.for_hash(_hash(token))
    live = presented.filter(purpose=purpose, expires_at__gt=timezone.now(), visitor__website__is_active=True)
    if website_id is not None:
        live = live.filter(visitor__website=website_id)
    found = live.select_related("visitor").first()
    return found.visitor if found else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
