"""What owners and admins do with API keys. Whether they may is asked before, where they come in."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.api_keys import PREFIX, digest_of
from accounts.models import ApiKey, Organisation, Scope
from audit.recording import record
from conversations.actions.team import tell_rights, websites_in
from conversations.errors import Invalid

MOST = 50  # of an organisation
SHOWN = 8  # characters of a key by which people know it again, its prefix among them


@transaction.atomic
def make_key(
    organisation_id: int,
    user_id: int,
    name: str,
    scopes: Collection[str],
    websites: Collection[int] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """The key, and in clear what is never shown again. `websites` None: every one, those to come as well.

    Raises Invalid.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if ApiKey.objects.for_organisations([organisation_id]).count() >= MOST:
        raise Invalid(f"There are {MOST} keys already. Delete some first.")
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("expires_at: a time to come")
    wanted = websites_in(organisation_id, websites)
    if wanted == []:
        raise Invalid("websites: at least one")
    secret = PREFIX + secrets.token_urlsafe(32)
    made = ApiKey.objects.create(
        organisation=organisation,
        user_id=user_id,
        name=_name(name),
        start=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=_scopes(scopes),
        sees_every_website=wanted is None,
        expires_at=expires_at,
    )
    made.websites.set(wanted or [])
    record("api_key.made", made, scopes=made.scopes)
    return made, secret


async def tell_of_end(key: ApiKey) -> None:
    """Sockets that were opened with it end now, and not with their next heartbeat."""
    await tell_rights(key.user_id)


@transaction.atomic
def delete_key(key: ApiKey) -> None:
    """It lets nobody in any more."""
    record("api_key.deleted", key)
    ApiKey.objects.for_organisations([key.organisation_id]).filter(pk=key.pk).delete()


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("name: what it is for")
    return name


def _scopes(names: Collection[str]) -> list[str]:
    if not names or set(names) - set(Scope.values):
        raise Invalid(f"scopes: some of {', '.join(Scope.values)}")
    return [one for one in Scope.values if one in names]
