"""Owners set their assistant up, try it, and keep a set of questions: rights, forms, and what the pages say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Website
from assistant.models import AssistantSettings, Expectation, QuestionResult, QuestionRun, Reply
from assistant.providers.compatible.prompt import RULES
from assistant.questions import runs
from conversations.models import Conversation
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.clients.people import session_cookie
from tests.dashboard.accessibility import violations
from tests.dashboard.test_manage import address, browser_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack

QUESTION = "I forgot my pasword"


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        yield server


@pytest.fixture
def acme(cast: Cast) -> Website:
    """Ada's website, which knows of passwords."""
    website = website_with_passwords()
    website.organisation = cast.acme.organisation
    website.name = "Acme help"
    website.save()
    return website


@pytest.fixture
def ada(cast: Cast) -> Client:
    return browser_of(cast.ada)


@pytest.fixture
def owner(stack: Stack, cast: Cast) -> PageReader:
    """Ada again, on a running server: an endpoint is asked on its event loop."""
    return PageReader(stack, cast.ada)


@pytest.fixture
def session(stack: Stack, cast: Cast, acme: Website) -> str:
    """Ada's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, cast.ada)["Cookie"].partition("=")[2]


def text_of(answer: Any) -> str:
    """The page's words, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def settings_given(**changes: Any) -> dict[str, Any]:
    return {"ai_enabled": "on", "assistant_name": "Ava", "greeting": "Hi", "intro": "Ask.", "provider": "built_in"} | (
        changes
    )


# --- rights ---


def test_only_owners_and_admins_of_acme_reach_any_of_it(cast: Cast, acme: Website) -> None:
    kept = Expectation.objects.create(website=acme, question="Where?")
    run = QuestionRun.objects.create(website=acme, cause="by_hand")
    reading = ["assistant/", "playground/", "questions/", "questions/new/", "questions/import/", "questions/export/"]
    reading += [f"questions/{kept.pk}/", f"questions/runs/{run.pk}/"]
    writing = ["assistant/", "playground/", "questions/new/", "questions/import/", "questions/run/"]
    writing += [f"questions/{kept.pk}/", f"questions/{kept.pk}/delete/"]
    for path in reading:
        assert browser_of(cast.ada).get(address(acme, path)).status_code == 200, path
        assert browser_of(cast.cleo).get(address(acme, path)).status_code == 200, path
        assert browser_of(cast.ben).get(address(acme, path)).status_code == 403, path
        assert browser_of(cast.mallory).get(address(acme, path)).status_code == 404, path
    for path in writing:
        given = settings_given(question="Mine?")
        assert browser_of(cast.ben).post(address(acme, path), given).status_code == 403, path
        assert browser_of(cast.mallory).post(address(acme, path), given).status_code == 404, path
    assert [one.question for one in Expectation.objects.for_website(acme.pk)] == ["Where?"]
    assert not AssistantSettings.objects.for_website(acme.pk).exists()


def test_mallory_reaches_acmes_questions_by_no_address_of_her_own(cast: Cast, acme: Website) -> None:
    kept = Expectation.objects.create(website=acme, question="Where?")
    run = QuestionRun.objects.create(website=acme, cause="by_hand")
    mallory = browser_of(cast.mallory)
    for path in (f"questions/{kept.pk}/", f"questions/runs/{run.pk}/"):
        assert mallory.get(address(cast.globex, path)).status_code == 404
    assert mallory.post(address(cast.globex, f"questions/{kept.pk}/delete/")).status_code == 404
    assert mallory.post(address(cast.globex, f"questions/{kept.pk}/"), {"question": "Mine"}).status_code == 404
    assert "Where?" not in mallory.get(address(cast.globex, "questions/export/")).content.decode()
    assert Expectation.objects.for_website(acme.pk).get().question == "Where?"


# --- settings ---


def test_ada_says_how_her_assistant_is_called_and_who_answers(ada: Client, acme: Website) -> None:
    ada.post(address(acme), settings_given(provider="own", base_url="https://ai.test/v1", model="m", key="sk-secret"))
    stored = AssistantSettings.objects.for_website(acme.pk).get()
    acme.refresh_from_db()
    assert (stored.provider, stored.key(), acme.assistant_name) == ("own", "sk-secret", "Ava")


def test_a_key_goes_in_and_never_comes_out(ada: Client, acme: Website) -> None:
    given = settings_given(provider="own", base_url="https://ai.test/v1", model="m")
    ada.post(address(acme), given | {"key": "sk-secret"})
    page = ada.get(address(acme)).content.decode()
    assert "sk-secret" not in page
    assert "A key is set; leave empty to keep it." in page
    ada.post(address(acme), given)
    assert AssistantSettings.objects.for_website(acme.pk).get().key() == "sk-secret"
    moved = ada.post(address(acme), given | {"base_url": "https://evil.test/v1"})
    assert moved.status_code == 422
    assert "enter its key" in text_of(moved)


def test_either_half_that_is_wrong_keeps_the_whole_from_being_saved(ada: Client, acme: Website) -> None:
    assert ada.post(address(acme), settings_given(assistant_name="")).status_code == 422
    assert ada.post(address(acme), settings_given(provider="own", assistant_name="New")).status_code == 422
    acme.refresh_from_db()
    assert acme.assistant_name == "Acme Assistant"
    assert not AssistantSettings.objects.for_website(acme.pk).exists()


def test_the_ai_can_be_switched_off(ada: Client, acme: Website) -> None:
    given = settings_given()
    del given["ai_enabled"]
    ada.post(address(acme), given)
    acme.refresh_from_db()
    assert not acme.ai_enabled


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("well", "Test passed: well answered in"),
        ("401", "Test failed: the AI endpoint refused its key (HTTP 401)."),
    ],
)
def test_the_test_of_an_endpoint_says_in_words_how_it_went(
    owner: PageReader, acme: Website, misbehaving: MisbehavingServer, model: str, said: str
) -> None:
    given = settings_given(provider="own", base_url=misbehaving.url, model=model, key="sk-secret", test="1")
    answer = owner.post(address(acme), given)
    assert said in text_of(answer)
    assert "sk-secret" not in answer.text


def test_without_an_endpoint_there_is_none_to_test(ada: Client, acme: Website) -> None:
    answer = ada.post(address(acme), settings_given(test="1"), follow=True)
    assert "There is no endpoint to test" in text_of(answer)


# --- playground ---


def test_the_playground_answers_and_says_why(ada: Client, acme: Website) -> None:
    answer = ada.post(address(acme, "playground/"), {"question": QUESTION})
    page = text_of(answer)
    assert "The log-in page has a link" in page
    assert "https://acme.test/password" in answer.content.decode()
    assert "password typo" in page
    assert "It answers: the best passage speaks of enough of the question" in page
    assert "Matched: forgotten" in page or "Matched: password" in page


def test_what_is_tried_is_no_conversation_and_in_no_report(ada: Client, acme: Website) -> None:
    ada.post(address(acme, "playground/"), {"question": QUESTION})
    assert not Conversation.objects.for_system().filter(website=acme).exists()
    assert not Reply.objects.for_website(acme.pk).exists()


def test_with_an_endpoint_it_shows_the_prompt_and_never_the_key(
    owner: PageReader, acme: Website, misbehaving: MisbehavingServer
) -> None:
    stored = AssistantSettings(website=acme, provider="own", base_url=misbehaving.url, model="well", rules="Say moo.")
    stored.set_key("sk-secret")
    stored.save()
    answer = owner.post(address(acme, "playground/"), {"question": QUESTION})
    page = text_of(answer)
    assert RULES.splitlines()[2] in page
    assert "Say moo." in page
    assert f"user {len(QUESTION)} characters {QUESTION}" in page
    assert "given to the model" in page
    assert "Tokens in 321 Tokens out 12" in page
    assert "sk-secret" not in answer.text


def test_an_endpoint_that_fails_is_explained(owner: PageReader, acme: Website, misbehaving: MisbehavingServer) -> None:
    AssistantSettings.objects.create(website=acme, provider="own", base_url=misbehaving.url, model="401")
    page = text_of(owner.post(address(acme, "playground/"), {"question": QUESTION}))
    assert "The AI endpoint refused its key (HTTP 401). A visitor would be handed over to a person." in page


def test_when_the_day_is_used_up_the_playground_says_so(
    owner: PageReader, acme: Website, misbehaving: MisbehavingServer
) -> None:
    given = {"base_url": misbehaving.url, "model": "well", "daily_tokens": 10}
    AssistantSettings.objects.create(website=acme, provider="own", **given)
    before = len(misbehaving.calls)
    page = text_of(owner.post(address(acme, "playground/"), {"question": QUESTION}))
    assert "The assistant's budget for today is used up; the next day begins at midnight UTC." in page
    assert len(misbehaving.calls) == before


def test_markup_in_an_answer_stays_text(ada: Client, acme: Website) -> None:
    page = ada.post(address(acme, "playground/"), {"question": "<img src=x onerror=alert(1)>"}).content.decode()
    assert "<img" not in page


@pytest.mark.parametrize("question", ["", "x" * 2001, "\0"])
def test_no_question_is_no_question(ada: Client, acme: Website, question: str) -> None:
    assert ada.post(address(acme, "playground/"), {"question": question}).status_code == 422


def test_who_asks_too_often_is_told_when_to_go_on(ada: Client, acme: Website, settings: LazySettings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"limit_assistance_per_minute": 1})
    answers = [ada.post(address(acme, "playground/"), {"question": QUESTION}) for _ in range(3)]
    assert 429 in [one.status_code for one in answers]
    assert "Try again in" in text_of(answers[-1])


# --- question sets ---


def test_a_question_is_written_changed_and_removed(ada: Client, acme: Website) -> None:
    ada.post(address(acme, "questions/new/"), {"question": "  Where  is it? ", "source": "Your password"})
    stored = Expectation.objects.for_website(acme.pk).get()
    assert (stored.question, stored.source) == ("Where is it?", "Your password")
    ada.post(address(acme, f"questions/{stored.pk}/"), {"question": "Where is it?", "must_refuse": "on"})
    stored.refresh_from_db()
    assert (stored.source, stored.must_refuse) == ("", True)
    ada.post(address(acme, f"questions/{stored.pk}/delete/"))
    assert not Expectation.objects.for_website(acme.pk).exists()


def test_a_question_that_makes_no_sense_says_why(ada: Client, acme: Website) -> None:
    Expectation.objects.create(website=acme, question="Where is it?")
    twice = ada.post(address(acme, "questions/new/"), {"question": "Where is it?"})
    assert (twice.status_code, "in the set already" in text_of(twice)) == (422, True)
    both = ada.post(address(acme, "questions/new/"), {"question": "X?", "source": "Y", "must_refuse": "on"})
    assert (both.status_code, "neither a source" in text_of(both)) == (422, True)


def test_a_file_with_a_mistake_is_answered_with_its_line(ada: Client, acme: Website) -> None:
    file = SimpleUploadedFile("q.csv", b"question,must_refuse\nA?,\nB?,perhaps\n")
    answer = ada.post(address(acme, "questions/import/"), {"file": file})
    assert (answer.status_code, "Line 3: must_refuse is yes, or empty." in text_of(answer)) == (422, True)
    file = SimpleUploadedFile("q.csv", b"question\nA?\nB?\n")
    answer = ada.post(address(acme, "questions/import/"), {"file": file}, follow=True)
    assert "2 questions are new, 0 were changed." in text_of(answer)


def test_a_run_says_what_is_newly_wrong(ada: Client, acme: Website) -> None:
    one = Expectation.objects.create(website=acme, question="Where is it?")
    for failures in ([], ["It says that it does not know."]):
        run = QuestionRun.objects.create(website=acme, cause="change", state="done", provider="built-in")
        QuestionResult.objects.create(
            run=run, website=acme, expectation=one, question=one.question, answer=str(failures), failures=failures, ms=3
        )
    page = text_of(ada.get(address(acme, f"questions/runs/{run.pk}/")))
    assert "0 of 1 right 1 newly wrong" in page
    assert "It says that it does not know." in page
    assert "answers differently" in page
    assert "1 newly wrong" in text_of(ada.get(address(acme, "questions/")))


def test_a_run_that_the_budget_ended_says_so_and_calls_no_answer_wrong(ada: Client, acme: Website) -> None:
    for question in ("A?", "B?"):
        Expectation.objects.create(website=acme, question=question)
    run = QuestionRun.objects.create(website=acme, cause="by_hand", state="unasked")
    page = text_of(ada.get(address(acme, f"questions/runs/{run.pk}/")))
    assert "Not asked: the day's budget is used up." in page
    QuestionResult.objects.create(run=run, website=acme, question="A?", outcome="answer", answer="Yes.", ms=1)
    page = text_of(ada.get(address(acme, f"questions/runs/{run.pk}/")))
    assert "1 of 2 were asked, the others not: the day's budget is used up." in page
    assert "Wrong" not in page
    assert "Not asked: the day's budget is used up" in text_of(ada.get(address(acme, "questions/")))


def test_a_run_that_goes_on_follows_by_itself(ada: Client, acme: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_give_to_a_worker", lambda run: None)  # it would be done too soon
    Expectation.objects.create(website=acme, question="Where is it?")
    begun = ada.post(address(acme, "questions/run/"))
    page = ada.get(begun["Location"])
    assert page["Refresh"] == "2"
    assert "of 1 asked" in text_of(page)
    again = ada.post(address(acme, "questions/run/"), follow=True)
    assert "being asked already" in text_of(again)


# --- in a browser ---


def test_ada_tries_a_question_keeps_it_and_has_it_asked(
    stack: Stack, acme: Website, session: str, pages: Pages
) -> None:
    page = pages(viewport={"width": 1280, "height": 860})
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
    page.goto(stack.url + address(acme, "playground/"))
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    answer = page.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("The log-in page has a link")
    expect(answer.get_by_role("link", name="Your password")).to_be_visible()
    expect(page.get_by_role("region", name="What was searched for")).to_contain_text("typo")
    page.get_by_role("region", name="What was found").locator("summary").first.click()
    expect(page.get_by_text("Matched:").first).to_be_visible()
    assert violations(page) == []

    page.get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="New question").click()
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_label("Expected source").fill("Your password")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Ask them now").click()
    expect(page.get_by_text("1 of 1 right")).to_be_visible()  # the page has followed by itself
    assert violations(page) == []
