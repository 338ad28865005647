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
    "still stuff sure take tell thank thanks thing things think use used using want way wonder would yes "
    "anymore came come comes everything instead live nothing now said says somebody someone soon today told "
    "cant dont hows id im ive pls plz u ur whats wheres wich",
    "de": "auch bekomme bekommen bitte brauche brauchen bräuchte danke darf dürfen eigentlich erhalte erhalten etwas "
    "finde finden frage gehen geht gern gerne gibt guten hallo hätte helfen hilfe ihr kann kannst kaum kommt konnt "
    "könnt könnte könnten mal möchte möchten muss müssen na nehmt nötig ok sagen schon sei soll sollte sonst suche "
    "tag tun wären wäre welche welchem welchen welcher welches wenn wer wieso wieviel wie will wissen wo wollen würde",
}


def configuration_for(language: str) -> str:
    """`de-AT` → `german`; a language Postgres does not know is searched word by word."""
    return CONFIGURATIONS.get(base_of(language), "simple")


def words_of_asking(language: str) -> frozenset[str]:
    return frozenset(ASKING.get(base_of(language), "").split())


def base_of(language: str) -> str:
    """`de-AT` → `de`."""
    return language.split("-")[0].lower()
