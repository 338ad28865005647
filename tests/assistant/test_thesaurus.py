"""Other words for the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.knowledge.thesaurus import FOLDER, FORM, SYNONYM, thesaurus_for
from assistant.knowledge.words import spoken_words
from assistant.retrieval import find_passages
from tests.cast import Cast, new_website

RETURNS = ArticleText("returns", "Return an item", "Within 60 days, in the original box.")
BOOTS = ArticleText("boots", "Boots", "Boots of leather keep you dry.")


@pytest.fixture
def acme(cast: Cast) -> Website:
    for text in (RETURNS, BOOTS):
        write_article(cast.acme, text)
    return cast.acme


@pytest.mark.parametrize("question", ["give back", "I want to give it all back", "bring that back"])
def test_a_phrase_is_understood_with_words_between(acme: Website, question: str) -> None:
    assert [one.title for one in find_passages(acme, question)] == ["Return an item"]


def test_another_word_finds_the_article_but_counts_less_than_its_own(acme: Website) -> None:
    own, other = (find_passages(acme, question)[0] for question in ("boots", "footwear"))
    assert own.title == other.title == "Boots"
    assert (own.coverage, other.coverage) == (1.0, SYNONYM)


def test_a_typo_in_another_word_is_understood(acme: Website) -> None:
    assert find_passages(acme, "footwaer")[0].title == "Boots"


def test_a_short_word_of_a_stranger_is_not_taken_for_a_typo_of_another_word(cast: Cast) -> None:
    write_article(cast.acme, ArticleText("a", "VAT", "Prices include it."))
    assert find_passages(cast.acme, "taxes") != []
    assert find_passages(cast.acme, "axes") == []


def test_another_form_is_the_word_itself_and_has_its_synonyms() -> None:
    kin = thesaurus_for("en").kin
    assert kin["deliveri"]["deliv"] == FORM
    assert kin["deliv"]["ship"] == SYNONYM


def test_german_has_its_own_words() -> None:
    website = new_website("Acme", language="de-AT")
    write_article(website, ArticleText("a", "Rückgabe", "Innerhalb von 60 Tagen."))
    assert find_passages(website, "wie geht eine retoure")[0].title == "Rückgabe"
    assert find_passages(new_website("Acme"), "wie geht eine retoure") == []


def test_a_language_without_a_list_has_no_other_words() -> None:
    thesaurus = thesaurus_for("ja")
    assert (thesaurus.kin, thesaurus.phrases, thesaurus.corrections_of("foothwear")) == ({}, (), [])


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_line_says_something(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(set(lines)) == len(lines) > 50
    for line in lines:
        members = [tuple(spoken_words(one)) for one in line.lstrip("= ").split(",")]
        assert len(set(members)) == len(members) > 1, line
        assert all(members), line
