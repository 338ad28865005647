"""What visitors read, in their language: gettext catalogues, read as they are written, so that a language is one file.

`locale/<language>/LC_MESSAGES/django.po`; the texts in the code are English and need none. Babel finds what is to be
translated by the name `gettext` (tests/foundation/test_translations.py says what is missing where).
"""

from __future__ import annotations

import gettext as machinery
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "locale"
SOURCE = "en"
SAMPLES = (*range(201), 1_000_000)  # some number of each plural form of each language


def languages() -> frozenset[str]:
    """All that texts can be said in."""
    return _languages()


def language_name(tag: str) -> str:
    """`de` → `German`; a tag that nobody knows stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


def base_of(tag: str) -> str:
    """The language we have for a tag such as `de-AT`; empty without one."""
    for candidate in (tag.replace("_", "-"), tag.replace("_", "-").partition("-")[0].lower()):
        if candidate in languages():
            return candidate
    return ""


class Translator:
    """`gettext("Close chat")` in one language; what has no translation stays English."""

    def __init__(self, language: str) -> None:
        self.language = base_of(language) or SOURCE
        self.is_from_right_to_left = Locale.parse(self.language, sep="-").text_direction == "rtl"
        self._catalogue = _catalogue(self.language)

    def __call__(self, message: str) -> str:
        return self._catalogue.gettext(message)

    def of_count(self, one: str, other: str, count: int) -> str:
        """The text for so many, with the number in the place `{count}`."""
        return self._catalogue.ngettext(one, other, count).replace("{count}", str(count))

    def plurals(self, one: str, other: str) -> dict[str, str]:
        """Each plural form by the name that CLDR, and so the browser, has for it: `one`, `few`, `other` …"""
        form_of = Locale.parse(self.language, sep="-").plural_form
        numbers = {form_of(number): number for number in reversed(SAMPLES)}
        return {form: self._catalogue.ngettext(one, other, number) for form, number in numbers.items()}


@lru_cache(maxsize=64)
def translator(language: str) -> Translator:
    return Translator(language)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset({SOURCE, *(path.parents[1].name for path in FOLDER.glob("*/LC_MESSAGES/django.po"))})


@lru_cache(maxsize=64)
def _catalogue(language: str) -> machinery.NullTranslations:
    path = FOLDER / language / "LC_MESSAGES" / "django.po"
    if not path.is_file():
        return machinery.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return machinery.GNUTranslations(compiled)
