"""Whom an API key lets in: its maker as they are now, within the key's organisation, websites and scopes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.actors import KeyRights, Staff, staff_actor
from accounts.connection_tokens import Grant
from accounts.models import ApiKey, Website

PREFIX = "cpk_"
USE_NOTED = timedelta(minutes=1)  # how old the noted time of its last use may be


def digest_of(key: str) -> str:
    """A key is 256 random bits: a plain hash is enough, as nothing can be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def actor_of_key(key: str) -> Staff | None:
    """Who may come in with it; None where it is unknown, expired, or its maker may not come in themselves."""
    return _actor(ApiKey.objects.for_digest(digest_of(key)).first())


def actor_again(actor: Staff) -> Staff | None:
    """The same person with the same key, if there was one, as they are now."""
    if actor.key is None:
        return staff_actor(actor.user_id)
    return _with_key(actor.key.organisation_id, actor.key.id)


def actor_of_grant(grant: Grant) -> Staff | None:
    """Whoever asked for a socket's token, as they are now; None for visitors, too."""
    if grant.key_organisation_id is not None and grant.key_id is not None:
        return _with_key(grant.key_organisation_id, grant.key_id)
    return staff_actor(grant.user_id) if grant.user_id is not None else None


def _with_key(organisation_id: int, key_id: int) -> Staff | None:
    return _actor(ApiKey.objects.for_organisations([organisation_id]).filter(pk=key_id).first())


def _actor(key: ApiKey | None) -> Staff | None:
    if key is None or key.is_expired:
        return None
    person = staff_actor(key.user_id)
    if person is None:
        return None
    _note_use(key)
    sites = Website.objects.filter(organisation=key.organisation_id, pk__in=list(person.websites))
    if not key.sees_every_website:
        sites = sites.filter(pk__in=key.websites.all())
    within = set(sites.values_list("pk", flat=True))
    return replace(
        person,
        websites={website_id: name for website_id, name in person.websites.items() if website_id in within},
        key=KeyRights(key.pk, key.organisation_id, frozenset(key.scopes)),
    )


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - USE_NOTED:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED)
        ApiKey.objects.for_organisations([key.organisation_id]).filter(stale, pk=key.pk).update(last_used_at=now)
