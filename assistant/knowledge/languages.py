"""What searching must know of a language: Postgres' configuration for it, and the words of asking itself."""

from __future__ import annotations

CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# They say that somebody asks, not what about: an article without them is no worse an answer.
ASKING = {
    "en": "also already anything ask bring could find get getting give go going got hello help hey hi know let like "
    "long look many may maybe mean much must need ok please possible put question really right say sell something "
    "still sure take tell thank thanks thing things think use used using want way wonder would yes",
}


def configuration_for(language: str) -> str:
    """`de-AT` → `german`; a language Postgres does not know is searched word by word."""
    return CONFIGURATIONS.get(_base(language), "simple")


def words_of_asking(language: str) -> frozenset[str]:
    return frozenset(ASKING.get(_base(language), "").split())


def _base(language: str) -> str:
    return language.split("-")[0].lower()
