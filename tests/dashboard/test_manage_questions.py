"""A set of questions: written, imported, asked, and what is said of a run."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Website
from assistant.models import Expectation, QuestionResult, QuestionRun
from assistant.questions import runs
from tests.dashboard.accessibility import violations
from tests.dashboard.reading import address, text_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack

QUESTION = "I forgot my pasword"


def test_a_question_is_written_changed_and_removed(adas_browser: Client, help_site: Website) -> None:
    adas_browser.post(address(help_site, "questions/new/"), {"question": "  Where  is it? ", "source": "Your password"})
    stored = Expectation.objects.for_website(help_site.pk).get()
    assert (stored.question, stored.source) == ("Where is it?", "Your password")
    adas_browser.post(address(help_site, f"questions/{stored.pk}/"), {"question": "Where is it?", "must_refuse": "on"})
    stored.refresh_from_db()
    assert (stored.source, stored.must_refuse) == ("", True)
    adas_browser.post(address(help_site, f"questions/{stored.pk}/delete/"))
    assert not Expectation.objects.for_website(help_site.pk).exists()


def test_a_question_that_makes_no_sense_says_why(adas_browser: Client, help_site: Website) -> None:
    Expectation.objects.create(website=help_site, question="Where is it?")
    twice = adas_browser.post(address(help_site, "questions/new/"), {"question": "Where is it?"})
    assert (twice.status_code, "in the set already" in text_of(twice)) == (422, True)
    both = adas_browser.post(
        address(help_site, "questions/new/"), {"question": "X?", "source": "Y", "must_refuse": "on"}
    )
    assert (both.status_code, "neither a source" in text_of(both)) == (422, True)


def test_a_file_with_a_mistake_is_answered_with_its_line(adas_browser: Client, help_site: Website) -> None:
    file = SimpleUploadedFile("q.csv", b"question,must_refuse\nA?,\nB?,perhaps\n")
    answer = adas_browser.post(address(help_site, "questions/import/"), {"file": file})
    assert (answer.status_code, "Line 3: must_refuse is yes, or empty." in text_of(answer)) == (422, True)
    file = SimpleUploadedFile("q.csv", b"question\nA?\nB?\n")
    answer = adas_browser.post(address(help_site, "questions/import/"), {"file": file}, follow=True)
    assert "2 questions are new, 0 were changed." in text_of(answer)


def test_a_run_says_what_is_newly_wrong(adas_browser: Client, help_site: Website) -> None:
    one = Expectation.objects.create(website=help_site, question="Where is it?")
    for failures in ([], ["It says that it does not know."]):
        run = QuestionRun.objects.create(website=help_site, cause="change", state="done", provider="built-in")
        QuestionResult.objects.create(
            run=run,
            website=help_site,
            expectation=one,
            question=one.question,
            answer=str(failures),
            failures=failures,
            ms=3,
        )
    page = text_of(adas_browser.get(address(help_site, f"questions/runs/{run.pk}/")))
    assert "0 of 1 right 1 newly wrong" in page
    assert "It says that it does not know." in page
    assert "answers differently" in page
    assert "1 newly wrong" in text_of(adas_browser.get(address(help_site, "questions/")))


def test_a_run_that_the_budget_ended_says_so_and_calls_no_answer_wrong(
    adas_browser: Client, help_site: Website
) -> None:
    for question in ("A?", "B?"):
        Expectation.objects.create(website=help_site, question=question)
    run = QuestionRun.objects.create(website=help_site, cause="by_hand", state="unasked")
    page = text_of(adas_browser.get(address(help_site, f"questions/runs/{run.pk}/")))
    assert "Not asked: the day's budget is used up." in page
    QuestionResult.objects.create(run=run, website=help_site, question="A?", outcome="answer", answer="Yes.", ms=1)
    page = text_of(adas_browser.get(address(help_site, f"questions/runs/{run.pk}/")))
    assert "1 of 2 were asked, the others not: the day's budget is used up." in page
    assert "Wrong" not in page
    assert "Not asked: the day's budget is used up" in text_of(adas_browser.get(address(help_site, "questions/")))


def test_a_run_that_goes_on_follows_by_itself(
    adas_browser: Client, help_site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_give_to_a_worker", lambda run: None)  # it would be done too soon
    Expectation.objects.create(website=help_site, question="Where is it?")
    begun = adas_browser.post(address(help_site, "questions/run/"))
    page = adas_browser.get(begun["Location"])
    assert page["Refresh"] == "2"
    assert "of 1 asked" in text_of(page)
    again = adas_browser.post(address(help_site, "questions/run/"), follow=True)
    assert "being asked already" in text_of(again)


@pytest.mark.slow
def test_ada_tries_a_question_keeps_it_and_has_it_asked(
    stack: Stack, help_site: Website, adas_session: str, pages: Pages
) -> None:
    page = pages(viewport={"width": 1280, "height": 860})
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": adas_session, "url": stack.url}])
    page.goto(stack.url + address(help_site, "playground/"))
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
