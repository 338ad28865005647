"""Which language the chat speaks: one that its texts are written in."""

from __future__ import annotations

from accounts.models import Website
from foundation.translations import SOURCE, Translator, base_of, translator


def translator_for(website: Website, wanted: str = "") -> Translator:
    """What the page asks for, else the website's own, else English."""
    return translator(base_of(wanted) or base_of(website.language) or SOURCE)
