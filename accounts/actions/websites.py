"""What owners and admins do with a website. Whether they may is asked before, where they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import Website
from accounts.models.websites import new_identity_secret, new_website_key
from audit.asking import asker
from audit.recording import changes, record
from foundation.meanwhile import ChangedMeanwhile, digest

ERASE_WEBSITE = "privacy.erase_website"  # a job of a layer above
IN_PARTS = ("widget", "hours")  # what is left out of these stays, too


@transaction.atomic
def make_website(organisation_id: int, values: Mapping[str, Any], *, key: str = "") -> tuple[Website, bool]:
    """Make one, and whether it is new: a `key` that the organisation has already is answered with its website.

    Raises IntegrityError for a key that another organisation has.
    """
    key = key or new_website_key()
    try:
        with transaction.atomic():
            made = Website.objects.create(organisation_id=organisation_id, website_key=key, **values)
            record("website.made", made)
            return made, True
    except IntegrityError:  # sent twice
        known = Website.objects.filter(organisation_id=organisation_id, website_key=key).first()
        if known is None:
            raise
        return known, False


@transaction.atomic
def change_website(website_id: int, values: Mapping[str, Any], *, seen: str = "") -> Website:
    """Set what is given. `seen`: the fingerprint of it that the change was thought of with; raises ChangedMeanwhile."""
    website = Website.objects.select_for_update().get(pk=website_id)
    before = {name: getattr(website, name) for name in values}
    after = {name: {**before[name], **value} if name in IN_PARTS else value for name, value in values.items()}
    if seen and after != before and seen != fingerprint(website, values):  # the same sent twice is no change
        raise ChangedMeanwhile
    for name, value in after.items():
        setattr(website, name, value)
    if values:
        website.save(update_fields=list(values))
        record("website.changed", website, **changes(before, after))
    return website


def fingerprint(website: Website, values: Mapping[str, Any]) -> str:
    """Of what these settings are now; of `widget` and `hours` only the parts that are named."""
    parts = {"widget": website.widget_settings, "hours": website.opening_hours}
    now = {
        name: parts[name].model_dump(mode="json", include=set(value)) if name in parts else getattr(website, name)
        for name, value in values.items()
    }
    return digest(now)


def rotate_key(website_id: int) -> Website:
    """The old script tag stops working."""
    return change_website(website_id, {"website_key": new_website_key()})


def rotate_secret(website_id: int) -> Website:
    """What was signed with the old one proves nothing any more."""
    return change_website(website_id, {"identity_secret": new_identity_secret()})


@transaction.atomic
def delete_website(website_id: int, *, erase: bool = True) -> None:
    """With its conversations, visitors and knowledge, for good: it is found no more, and the worker takes it away.

    `erase`: whoever deletes more than this has that done by a job of their own.
    """
    website = Website.objects.select_for_update().filter(pk=website_id).first()
    if website is None:
        return
    record("website.deleted", website)
    Website.objects.filter(pk=website_id).update(is_active=False, leaving_since=timezone.now())
    if erase:
        who = asker()
        job = app.configure_task(ERASE_WEBSITE, queue="default")
        job.defer(website_id=website_id, by_id=who.user_id, by_name=who.name)
