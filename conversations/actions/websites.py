"""Websites as their people hear of them at once: one more, one of another name, one that is closed or open again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.actions import websites
from accounts.actions.websites import change_website, make_website
from accounts.models import Membership, Website
from conversations.actions.team import tell_rights
from conversations.events import WebsiteClosed
from conversations.subscribers.live import publish
from foundation.db import db


async def add_website(organisation_id: int, values: Mapping[str, Any], *, key: str = "") -> Website:
    """As `make_website`; whoever may see it has it in open dashboards. Raises IntegrityError."""
    made, _ = await db(make_website, organisation_id, values, key=key)
    await tell_of_websites(organisation_id)
    return made


async def set_up_website(website_id: int, values: Mapping[str, Any], *, seen: str = "") -> Website:
    """As `change_website`. Where it is switched off open chats end. Raises ChangedMeanwhile."""
    changed = await db(change_website, website_id, values, seen=seen)
    if not values.keys().isdisjoint({"name", "is_active"}):
        await tell_of_websites(changed.organisation_id)
    if values.get("is_active") is False:
        await publish(WebsiteClosed(website_id))
    return changed


async def delete_website(website_id: int, organisation_id: int) -> None:
    """Gone for everybody from now on; the worker removes what was said there, and files, one after the other."""
    await db(websites.delete_website, website_id)
    await publish(WebsiteClosed(website_id))
    await tell_of_websites(organisation_id)


async def tell_of_websites(organisation_id: int) -> None:
    """To everybody who works there: which ones they may see now."""
    await tell_rights(*await db(_members, organisation_id))


def _members(organisation_id: int) -> list[int]:
    found = Membership.objects.filter(organisation=organisation_id)
    return list(found.order_by("user").values_list("user_id", flat=True))
