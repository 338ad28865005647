"""From a public key to the website it stands for."""

from __future__ import annotations

from accounts.models import Website


def find_website(website_key: str) -> Website | None:
    """None for an unknown key and for a website that is switched off: the caller must not tell them apart."""
    return Website.objects.filter(website_key=website_key, is_active=True).first()
