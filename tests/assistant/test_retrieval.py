"""Which passages a question finds, and whose."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.knowledge.vocabulary import corrections_of
from assistant.knowledge.words import one_edit_apart, terms_of
from assistant.retrieval import find_passages
from tests.assistant.knowledge import slug_of
from tests.cast import Cast, new_website


def found(website: Website, question: str) -> list[str]:
    return [slug_of(one.url) for one in find_passages(website, question)]


def test_an_article_of_globex_never_reaches_acmes_visitor(shop: Website, software: Website) -> None:
    asked = "How do I install the tracking snippet for single sign-on?"
    assert "install-the-snippet" in found(software, asked)
    assert all(one.url.startswith("https://acme.test/") for one in find_passages(shop, asked))


def test_the_same_words_on_two_websites_find_each_its_own(cast: Cast) -> None:
    for website in (cast.acme, cast.globex):
        write_article(website, ArticleText("a", "Opening hours", f"{website.name} opens at nine.", "https://x.test/a"))
    assert [one.body for one in find_passages(cast.acme, "opening hours")] == ["Acme opens at nine."]


def test_globexs_words_do_not_correct_acmes_typos(cast: Cast) -> None:
    write_article(cast.globex, ArticleText("a", "Umbrellas", "Umbrellas keep you dry."))
    write_article(cast.acme, ArticleText("a", "Boots", "Boots keep you dry."))
    assert find_passages(cast.acme, "umbrelas") == []
    assert corrections_of(cast.acme.pk, "umbrelas") == []
    assert corrections_of(cast.globex.pk, "umbrelas") == ["umbrella"]


@pytest.mark.parametrize("question", ["", "   ", "?", "the", "is it of the", "'", "\\", "''' \\\\ '", "\x00", "🏔️"])
def test_a_question_without_a_single_word_to_search_for_finds_nothing(shop: Website, question: str) -> None:
    assert find_passages(shop, question) == []


@pytest.mark.parametrize("noise", ["'", "\\", "' & !", ":* |", "<-> (", "%s", "{}", "\x00", "a'b\\c", "$1;--"])
def test_marks_in_a_question_change_nothing(shop: Website, noise: str) -> None:
    assert found(shop, f"{noise} how do I reset my password {noise}")[0] == "account-and-password"


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_can_be_typed_breaks_the_search(shop: Website, question: str) -> None:
    find_passages(shop, question)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("forgot my pasword", "account-and-password"),
        ("how to wash a watreproof jaket", "waterproof-jackets"),
        ("sleping bag temprature", "sleeping-bag-temperatures"),
        ("which backpak", "backpack-sizes"),
    ],
)
def test_a_typo_is_understood(shop: Website, question: str, article: str) -> None:
    assert found(shop, question)[0] == article


def test_an_unknown_word_stays_in_the_question_and_counts_against_what_is_found(shop: Website) -> None:
    known = find_passages(shop, "tent care")[0].coverage
    stranger = find_passages(shop, "tent care xylophone")[0].coverage
    assert known == 1.0
    assert stranger < 0.7


@pytest.mark.parametrize("spelling", ["e-mail", "email", "E-MAIL"])
def test_a_hyphen_makes_no_difference(cast: Cast, spelling: str) -> None:
    write_article(cast.acme, ArticleText("a", "Contact", "Write us an e-mail."))
    assert len(find_passages(cast.acme, f"what is your {spelling}?")) == 1


def test_words_joined_by_a_slash_are_two_words(cast: Cast) -> None:
    write_article(cast.acme, ArticleText("a", "Security", "We support 2FA/PIN log-in."))
    assert len(find_passages(cast.acme, "PIN")) == 1


def test_a_german_website_is_searched_in_german() -> None:
    website = new_website("Acme", language="de-AT")
    write_article(website, ArticleText("a", "Rückgabe", "Zelte können zurückgegeben werden."))
    assert len(find_passages(website, "ein Zelt zurückgeben")) == 1


def test_a_language_that_postgres_does_not_know_is_searched_word_by_word() -> None:
    website = new_website("Acme", language="ja")
    write_article(website, ArticleText("a", "返品", "送料 無料"))
    assert len(find_passages(website, "送料")) == 1


def test_a_message_of_ten_thousand_characters_is_searched_by_its_beginning(shop: Website) -> None:
    question = "How do I reset my password? " + " ".join(f"word{number}" for number in range(1400))
    assert found(shop, question)[0] == "account-and-password"


def test_contractions_and_hyphens_become_terms() -> None:
    assert terms_of("It hasn't, can't: Ben's e-mail 26.3") == [
        ("it",), ("has",), ("can",), ("ben",), ("email", "e", "mail"), ("26.3",)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("tent", "tents", True), ("tent", "rent", True), ("jaket", "jacket", True), ("retrun", "return", True),
     ("proof", "promo", False), ("tent", "rents", False), ("abcd", "badc", False)],
)  # fmt: skip
def test_one_edit_is_a_letter_or_two_neighbours_swapped(one: str, other: str, near: bool) -> None:
    assert one_edit_apart(one, other) is near
