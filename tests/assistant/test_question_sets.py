"""Question sets: what counts as right, who asks when, and what is said to have changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Website
from assistant import trial
from assistant.knowledge.articles import ArticleText, remove_article, write_article
from assistant.models import Article, AssistantSettings, Expectation, QuestionResult, QuestionRun
from assistant.providers.base import Outcome, Provider, Question, Source
from assistant.questions import runs
from assistant.questions.checking import failures_of
from assistant.questions.comparison import compare
from assistant.questions.runs import KEPT, begin_run, changed_websites, work_on
from assistant.questions.spreadsheet import BadFile, export_questions, import_questions
from assistant.rehearsal import Rehearsed, rehearse
from foundation.db import close_pools, db
from tests.assistant.knowledge import website_with_passwords
from tests.cast import new_website
from tests.servers.stack import Stack

QUESTION = "I forgot my password"
PAGE = Source("Your password", "https://acme.test/password")
RIGHT = Outcome("answer", "The log-in page has a **link** with which\nyou choose a new one.", (PAGE,))
State, Cause = QuestionRun.State, QuestionRun.Cause


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


@pytest.fixture(autouse=True)
def only_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker on the same database gets no job of ours, and takes our website, just changed, for not yet at rest."""
    monkeypatch.setattr(runs, "_give_to_a_worker", lambda run: None)
    monkeypatch.setattr(runs, "QUIET", timedelta(0))


def expect(website: Website, question: str = QUESTION, **what: object) -> Expectation:
    return Expectation.objects.create(website=website, question=question, **what)


def ask_all(website: Website, cause: QuestionRun.Cause = Cause.BY_HAND) -> QuestionRun:
    """Begin a run and do the worker's work."""
    run = begin_run(website.pk, cause)
    assert run is not None

    async def work() -> None:
        try:
            await work_on(run.pk)
        finally:
            await close_pools()

    asyncio.run(work())
    return QuestionRun.objects.for_website(website.pk).get(pk=run.pk)


def results_of(run: QuestionRun) -> dict[str, list[str]]:
    found = QuestionResult.objects.for_website(run.website_id).filter(run=run)
    return {one.question: one.failures for one in found}


def long_ago(website: Website) -> None:
    Article.objects.for_website(website.pk).update(updated_at=timezone.now() - timedelta(minutes=1))


# --- what counts as right ---


@pytest.mark.parametrize(
    "expected",
    [
        Expectation(),
        Expectation(source="your password"),
        Expectation(source="https://acme.test/password/"),
        Expectation(source="/password"),
        Expectation(must_contain="a link with which you"),
        Expectation(must_contain="log-in page | a NEW one"),
    ],
    ids=lambda one: one.source or one.must_contain or "anything",
)
def test_it_is_right(expected: Expectation) -> None:
    assert failures_of(expected, RIGHT) == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (Expectation(source="Prices"), "It does not rest on “Prices” (sources: Your password)."),
        (Expectation(source="word"), "It does not rest on “word” (sources: Your password)."),
        (Expectation(must_contain="link | phone"), "It does not say “phone”."),
        (Expectation(must_refuse=True), "It answers, though it must not."),
    ],
    ids=["another source", "part of a title", "one of two words", "to be refused"],
)
def test_it_is_wrong_and_says_why(expected: Expectation, said: str) -> None:
    assert failures_of(expected, RIGHT) == [said]


@pytest.mark.parametrize("kind", ["ask", "hand_off", "no_answer"])
def test_what_must_be_refused_may_end_in_any_way_but_an_answer(kind: str) -> None:
    outcome = Outcome(kind, "Which one do you mean?")  # type: ignore[arg-type]
    assert failures_of(Expectation(must_refuse=True), outcome) == []
    assert len(failures_of(Expectation(), outcome)) == 1


# --- runs ---


def test_a_run_asks_every_question_and_keeps_what_came_of_it(acme: Website) -> None:
    expect(acme, source="Your password")
    expect(acme, "Do you sell kayaks?", must_refuse=True)
    expect(acme, "How do I cook rice?")
    run = ask_all(acme)
    assert (run.state, run.provider) == (State.DONE, "built-in")
    failures = results_of(run)
    assert failures[QUESTION] == failures["Do you sell kayaks?"] == []
    assert failures["How do I cook rice?"] == ["It says that it does not know."]


def test_a_run_knows_what_has_become_better_and_what_worse(acme: Website) -> None:
    expect(acme)
    expect(acme, "How long is the warranty?")
    first = compare(ask_all(acme))
    assert (first.before, first.newly_failing, first.newly_passing) == (None, 0, 0)
    write_article(acme, ArticleText("warranty", "How long is the warranty?", "The warranty is two years."))
    remove_article(Article.objects.for_website(acme.pk).get(slug="password"))
    second = compare(ask_all(acme))
    assert [(row.result.question, row.change) for row in second.rows] == [
        (QUESTION, "newly_failing"),
        ("How long is the warranty?", "newly_passing"),
    ]
    assert second.before == first.run


def test_a_website_is_asked_by_one_run_at_a_time(acme: Website) -> None:
    assert begin_run(acme.pk, Cause.BY_HAND) is None  # there are no questions
    expect(acme)
    assert begin_run(acme.pk, Cause.BY_HAND) is not None
    assert begin_run(acme.pk, Cause.CHANGE) is None


def test_a_run_whose_job_is_lost_does_not_stand_in_the_way_for_ever(acme: Website) -> None:
    expect(acme)
    lost = begin_run(acme.pk, Cause.BY_HAND)
    QuestionRun.objects.for_website(acme.pk).update(made_at=timezone.now() - timedelta(hours=2))
    assert begin_run(acme.pk, Cause.BY_HAND) is not None
    assert lost is not None
    assert QuestionRun.objects.for_website(acme.pk).get(pk=lost.pk).state == State.FAILED


def test_what_a_killed_worker_has_asked_is_not_asked_again(acme: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    paid_for: list[str] = []

    async def noted(provider: Provider, question: Question, **more: Any) -> Rehearsed:
        paid_for.append(question.text)
        return await rehearse(provider, question, **more)

    monkeypatch.setattr(trial, "rehearse", noted)
    asked, _ = expect(acme), expect(acme, "Where is my order?")
    run = begin_run(acme.pk, Cause.BY_HAND)
    assert run is not None
    QuestionRun.objects.for_website(acme.pk).update(state=State.RUNNING)
    QuestionResult.objects.create(run=run, website=acme, expectation=asked, question=QUESTION, answer="Kept", ms=1)

    async def work() -> None:
        await work_on(run.pk)
        await close_pools()

    asyncio.run(work())
    results = QuestionResult.objects.for_website(acme.pk).filter(run=run)
    assert paid_for == ["Where is my order?"]
    assert results.count() == 2
    assert results.get(question=QUESTION).answer == "Kept"


def test_old_runs_are_forgotten(acme: Website) -> None:
    expect(acme)
    QuestionRun.objects.bulk_create(
        QuestionRun(website=acme, cause=Cause.CHANGE, state=State.DONE) for _ in range(KEPT + 5)
    )
    last = ask_all(acme)
    kept = QuestionRun.objects.for_website(acme.pk)
    assert kept.count() == KEPT
    assert kept.filter(pk=last.pk).exists()


def test_an_endpoint_that_is_down_is_a_wrong_answer_and_no_broken_run(acme: Website) -> None:
    expect(acme, must_refuse=True)
    AssistantSettings.objects.create(website=acme, provider="own", base_url="https://127.0.0.1:9/v1", model="m")
    run = ask_all(acme)
    assert run.state == State.DONE
    assert results_of(run)[QUESTION] == ["No answer: the AI endpoint cannot be reached."]


# --- asked again after a change ---


@pytest.mark.slow
def test_every_change_of_knowledge_or_settings_is_noticed_once(acme: Website) -> None:
    expect(acme)
    changes: list[Callable[[], object]] = [
        lambda: None,  # never asked before
        lambda: write_article(acme, ArticleText("new", "New", "Something new.")),
        lambda: write_article(acme, ArticleText("new", "New", "Something else.")),
        lambda: remove_article(Article.objects.for_website(acme.pk).get(slug="new")),
        lambda: AssistantSettings.objects.create(website=acme, tone="Brief."),
        lambda: AssistantSettings.objects.for_website(acme.pk).update(rules="Be kind."),
        lambda: Website.objects.filter(pk=acme.pk).update(language="de"),
    ]
    for change in changes:
        change()
        assert acme.pk in changed_websites()
        ask_all(acme, Cause.CHANGE)
        assert acme.pk not in changed_websites()


def test_ten_articles_written_at_once_are_one_change(acme: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(acme)
    ask_all(acme)
    monkeypatch.setattr(runs, "QUIET", timedelta(seconds=10))
    for number in range(10):
        write_article(acme, ArticleText(f"a{number}", f"Article {number}", "Text."))
        assert acme.pk not in changed_websites()
    monkeypatch.setattr(runs, "QUIET", timedelta(0))
    assert acme.pk in changed_websites()


def test_who_has_no_questions_is_not_asked(acme: Website) -> None:
    assert acme.pk not in changed_websites()


@pytest.mark.slow
async def test_a_real_worker_asks_and_asks_again_after_a_change(stack: Stack) -> None:
    acme = await db(website_with_passwords)
    await db(long_ago, acme)
    await db(expect, acme)
    first = await run_of_the_worker(acme, after=0)
    assert (first.cause, first.state) == (Cause.CHANGE, State.DONE)
    assert await db(results_of, first) == {QUESTION: []}
    article = await db(lambda: Article.objects.for_website(acme.pk).get(slug="password"))
    await db(remove_article, article)
    second = await run_of_the_worker(acme, after=first.pk)
    assert await db(results_of, second) == {QUESTION: ["It says that it does not know."]}


async def run_of_the_worker(website: Website, after: int) -> QuestionRun:
    """The next finished run; it looks for changes every 15 seconds."""
    done = QuestionRun.objects.for_website(website.pk).filter(state=State.DONE, pk__gt=after)
    until = time.monotonic() + 50
    while time.monotonic() < until:
        found = await db(done.first)
        if found is not None:
            return found
        await asyncio.sleep(0.25)
    pytest.fail("the worker has not asked the questions")


# --- CSV ---


def test_a_file_makes_questions_and_changes_those_that_are_there(acme: Website) -> None:
    expect(acme, must_contain="old")
    data = 'Question;must_contain;must_refuse\nI forgot  my password;new;\n"Kayaks; do you sell them?";;YES\n'
    done = import_questions(acme.pk, ("\ufeff" + data).encode())
    assert (done.made, done.changed) == (1, 1)
    stored = {one.question: one for one in Expectation.objects.for_website(acme.pk)}
    assert stored[QUESTION].must_contain == "new"
    assert stored["Kayaks; do you sell them?"].must_refuse


def test_what_went_out_comes_in_again(acme: Website) -> None:
    expect(acme, 'A "quoted", odd question?', source="Prices", must_contain="a | b")
    expect(acme, "Kayaks?", must_refuse=True)
    mine = Expectation.objects.for_website(acme.pk).order_by("pk")
    text = export_questions(mine)
    other = new_website("Other")
    import_questions(other.pk, text.encode())
    assert export_questions(Expectation.objects.for_website(other.pk).order_by("pk")) == text


def test_a_spreadsheet_runs_no_formula_of_ours(acme: Website) -> None:
    expect(acme, "=HYPERLINK(1)")
    assert "\n'=HYPERLINK" in export_questions(Expectation.objects.for_website(acme.pk)).replace("\r", "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The first line must name"),
        (b"frage,antwort\na,b", "The first line must name"),
        (b"question\n", "There is no question"),
        (b"question,source\n,x", "Line 2: the question is missing"),
        (b"question\na,b", "Line 2: there are more cells"),
        (b"question,must_refuse\na,perhaps", "Line 2: must_refuse"),
        (b"question,source,must_refuse\na,b,yes", "Line 2: what must be refused"),
        (b"question\n" + b"x" * 501, "Line 2: question is longer"),
        (b"question\n\xff\xfe", "not UTF-8"),
        (b"question\n" + b"\n".join(b"q%d" % n for n in range(501)), "can have 500"),
        (b"x" * 1_000_001, "larger than one megabyte"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_file_with_a_mistake_changes_nothing_and_says_where(acme: Website, data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        import_questions(acme.pk, data)
    assert not Expectation.objects.for_website(acme.pk).exists()
