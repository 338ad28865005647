"""Which language the chat speaks: one that its texts are written in."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from accounts.models import Website

CATALOGUES = Path(settings.BASE_DIR) / "locale"
SPOKEN = {"en", *(catalogue.parents[1].name for catalogue in CATALOGUES.glob("*/LC_MESSAGES/django.mo"))}


def language_for(website: Website, wanted: str = "") -> str:
    """What the page asks for, else the website's own, else English; "de-AT" is content with "de"."""
    candidates = [wanted, wanted.partition("-")[0], website.language, website.language.partition("-")[0]]
    return next((language for language in candidates if language in SPOKEN), "en")
