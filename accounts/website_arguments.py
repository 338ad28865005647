"""The website that a command is given."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db.models import Q

from accounts.models import Website


def website_named(given: str) -> Website:
    """By its number or its public key."""
    by_number = Q(pk=int(given)) if given.isascii() and given.isdigit() and len(given) < 10 else Q(pk=None)
    found = Website.objects.filter(by_number | Q(website_key=given)).first()
    if found is None:
        raise CommandError(f"There is no website {given}: give its number or the key in its script tag.")
    return found
