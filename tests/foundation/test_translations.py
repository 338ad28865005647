"""Every text a visitor reads is said in every language we have, with the same places for what is filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from foundation.translations import FOLDER, Translator, base_of, languages, translator

ROOT = Path(__file__).parents[2]
PACKAGES = ["accounts", "widget", "conversations", "assistant", "integrations", "dashboard", "foundation"]
MARKS = (".", "?", "؟", "!", "…", ":")
COMPLETE = ["ar", "de", "es", "fr"]
# The same word in both languages.
COGNATES = {"Conversation", "Sources", "Assistant", "Team", "Chat"}


def written_in_the_code() -> set[str | tuple[str, ...]]:
    keywords = {**DEFAULT_KEYWORDS, "gettext_noop": None}
    return {
        message
        for package in PACKAGES
        for _, _, message, _, _ in extract_from_dir(ROOT / package, [("**.py", "python")], keywords=keywords)
    }


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "django.po").open("rb") as source:
        return read_po(source, locale=language)


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


def test_there_are_five_languages_and_the_folder_decides() -> None:
    assert languages() >= {"en", *COMPLETE}
    assert [base_of(tag) for tag in ("de-AT", "DE", "pt_BR", "tlh", "", "../en")] == ["de", "de", "", "", "", ""]


@pytest.mark.slow
@pytest.mark.parametrize("language", COMPLETE)
def test_a_language_says_everything_and_nothing_that_is_no_longer_asked_for(language: str) -> None:
    said = {message.id: message for message in catalogue(language) if message.id}
    wanted = written_in_the_code()
    assert wanted - set(said) == set()
    assert set(said) - wanted == set()
    assert [text for text, message in said.items() if message.fuzzy] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_a_translation_has_the_same_places_and_is_none_of_the_others(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            assert all(message.string or ()), message.id
            continue
        text, translation = str(message.id), str(message.string)
        assert translation, text
        assert places(translation) == places(text), text
        assert translation != text or text in COGNATES, text
        assert text.endswith(MARKS) == translation.endswith(MARKS), text


def test_every_plural_form_of_a_language_has_a_text() -> None:
    forms = {
        language: set(translator(language).plurals("{count} new message", "{count} new messages"))
        for language in languages()
    }
    assert forms["en"] == forms["de"] == {"one", "other"}
    assert forms["ar"] == {"zero", "one", "two", "few", "many", "other"}
    assert translator("ar").plurals("{count} new message", "{count} new messages")["two"] == "رسالتان جديدتان"


def test_what_is_not_translated_is_said_in_english() -> None:
    assert Translator("de")("Nobody has translated this.") == "Nobody has translated this."
    assert Translator("tlh").language == "en"
