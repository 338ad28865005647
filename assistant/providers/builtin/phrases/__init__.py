"""Every sentence the built-in assistant says by itself, and what it understands without looking anything up."""

from __future__ import annotations

from assistant.providers.builtin.phrases.ar import ARABIC
from assistant.providers.builtin.phrases.base import Phrases
from assistant.providers.builtin.phrases.de import GERMAN
from assistant.providers.builtin.phrases.en import ENGLISH
from assistant.providers.builtin.phrases.es import SPANISH
from assistant.providers.builtin.phrases.fr import FRENCH

__all__ = ["PHRASES", "Phrases", "phrases_for", "says_yes", "wants_person"]

PHRASES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "ar": ARABIC}


def phrases_for(language: str) -> Phrases:
    """English where a language is still missing."""
    return PHRASES.get(language.split("-")[0].lower(), ENGLISH)


def says_yes(text: str) -> bool:
    return any(phrases.says_yes.fullmatch(text) for phrases in PHRASES.values())


def wants_person(text: str) -> bool:
    """In any of the languages: visitors write in their own, whatever the website's is."""
    return any(phrases.wants_person.search(text) for phrases in PHRASES.values())
