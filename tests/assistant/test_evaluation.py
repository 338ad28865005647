"""How well the built-in assistant does with the questions of `demo/questions/`, and that this is measured rightly."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assistant.evaluation.measures import Measures, measure, measure_groups, percentile
from assistant.evaluation.questions import COLUMNS, KINDS, Asked, BadQuestionFile, read_questions
from assistant.evaluation.speed import first_chunks
from assistant.evaluation.table import table_of
from assistant.evaluation.trials import Tried
from assistant.models import Article, Passage
from assistant.providers.base import Outcome
from demo.content import pages
from demo.evaluation.filler import fill
from demo.evaluation.websites import LANGUAGES, make_website, questions_of, try_out_all
from demo.management.commands.evaluate_assistant import missed
from tests.cast import Cast, new_website

ALL = [asked for folder in LANGUAGES for asked in questions_of(folder)]


@pytest.fixture(scope="module")
def tried() -> list[Tried]:
    return try_out_all()


@pytest.fixture(scope="module")
def groups(tried: list[Tried]) -> dict[str, Measures]:
    return measure_groups(tried)["all"]


@pytest.mark.slow
def test_the_right_article_is_among_the_first_three(groups: dict[str, Measures]) -> None:
    assert (groups["covered"].hit_at_3 or 0) >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("group", ["– plain", "– typos", "– synonyms", "– German"])
def test_no_way_of_asking_is_left_behind(groups: dict[str, Measures], group: str) -> None:
    assert (groups[group].hit_at_3 or 0) >= 0.85


@pytest.mark.slow
def test_what_is_in_no_article_is_hardly_ever_asserted(groups: dict[str, Measures]) -> None:
    assert groups["to be refused"].questions >= 30
    assert (groups["to be refused"].sure or 0) <= 0.05


@pytest.mark.slow
def test_what_is_asserted_is_from_the_right_article_and_most_is_found(groups: dict[str, Measures]) -> None:
    assert (groups["covered"].right or 0) >= 0.9
    assert (groups["covered"].sure or 0) >= 0.5
    assert (groups["covered"].nothing or 0) <= 0.07


@pytest.mark.slow
def test_misses_are_listed_but_held_out_questions_stay_unknown(tried: list[Tried]) -> None:
    listed = "\n".join(missed(tried))
    assert listed
    assert [one.question for one in ALL if one.is_held_out and f" {one.question} |" in listed] == []


def test_there_are_enough_questions_and_half_of_them_is_held_out() -> None:
    assert sum(asked.is_covered for asked in ALL) >= 150
    assert len({asked.question.lower() for asked in ALL}) == len(ALL)
    assert 0.45 <= sum(asked.is_held_out for asked in ALL) / len(ALL) <= 0.55


@pytest.mark.parametrize("folder", LANGUAGES)
def test_right_answers_exist(folder: str) -> None:
    articles = pages(folder, "articles")
    for asked in questions_of(folder):
        assert asked.articles <= set(articles), asked.question
        texts = [articles[slug].facts["summary"] + articles[slug].body for slug in asked.articles]
        assert not asked.articles or any(asked.must_contain in text.replace("*", "") for text in texts), asked.question


def question_file(folder: Path, *lines: str, head: str = ",".join(COLUMNS)) -> Path:
    path = folder / "questions.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_question_file_is_read(tmp_path: Path) -> None:
    path = question_file(tmp_path, '"Boots, or shoes?",en,covered,boots shoes,plain,€5', "pizza,en,other_business,,,")
    boots, pizza = read_questions(path)
    assert boots == Asked("Boots, or shoes?", "en", "covered", frozenset({"boots", "shoes"}), "plain", "€5")
    assert (pizza.is_covered, pizza.articles) == (False, frozenset())


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (",en,covered,a,plain,", "line 2: the question is missing"),
        ("x,en,perhaps,a,plain,", f"line 2: the kind must be one of {', '.join(KINDS)}"),
        ("x,en,covered,,plain,", "line 2: covered questions name their articles"),
        ("x,en,other_business,a,,", "line 2: covered questions name their articles"),
        ("x,en", "line 2: the kind must be"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(BadQuestionFile, match=complaint):
        read_questions(question_file(tmp_path, line))


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionFile, match="must name the columns question, language"):
        read_questions(question_file(tmp_path, head="question,answer"))


def trial(kind: str, found: tuple[str, ...], outcome: Outcome, must_contain: str = "") -> Tried:
    right = frozenset({"right"}) if kind == "covered" else frozenset[str]()
    return Tried(Asked("q", "en", kind, right, "plain", must_contain), found, outcome, 0.0)


def test_measures_are_counted() -> None:
    measured = measure(
        [
            trial("covered", ("right",), Outcome("answer", "It costs **€5**."), "€5"),
            trial("covered", ("other", "right"), Outcome("answer", "It is blue."), "€5"),
            trial("covered", ("a", "b", "c", "right"), Outcome("ask", "perhaps")),
            trial("covered", (), Outcome("no_answer", "unknown")),
        ]
    )
    assert (measured.hit_at_1, measured.hit_at_3, measured.mrr) == (0.25, 0.5, (1 + 1 / 2 + 1 / 4) / 4)
    assert (measured.sure, measured.unsure, measured.nothing) == (0.5, 0.25, 0.25)
    assert (measured.right, measured.quoted) == (0.5, 0.5)


def test_refused_questions_have_zones_but_no_places() -> None:
    measured = measure([trial("other_business", ("a",), Outcome("answer", "Surely."))])
    assert (measured.sure, measured.hit_at_1, measured.right) == (1.0, None, None)
    assert table_of({"all": measured}, "title").splitlines()[2] == "| all | 1 |  |  |  | 1.000 | 0.000 | 0.000 |  |  |"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile(range(1, 101), share) for share in (0.5, 0.95, 1.0)] == [50, 95, 100]
    assert percentile([7.0], 0.95) == 7.0


@pytest.mark.slow
def test_a_large_website_is_filled_with_articles_and_still_answers_at_once(cast: Cast) -> None:
    website = make_website("acme")
    before = Article.objects.for_website(website.pk).count()
    fill(website, 400)
    assert 400 <= Passage.objects.for_website(website.pk).count() < 800
    assert Article.objects.for_website(website.pk).count() > before
    waits = first_chunks(website, ALL[:10])
    assert len(waits) == 10
    assert percentile(waits, 0.5) < 1


def test_the_command_writes_nothing_beside_somebodys_websites() -> None:
    website = new_website("Acme")
    with pytest.raises(CommandError, match="There are websites in this database"):
        call_command("evaluate_assistant", stdout=StringIO())
    assert not Article.objects.for_website(website.pk).exists()
