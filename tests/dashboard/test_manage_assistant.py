"""Owners set their assistant up: rights, forms, and what the pages say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Website
from assistant.budgets import budget_for
from assistant.models import AssistantSettings, Expectation, QuestionRun, Spending
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.dashboard.reading import address, browser_of, text_of


def settings_given(**changes: Any) -> dict[str, Any]:
    return {"ai_enabled": "on", "assistant_name": "Ava", "greeting": "Hi", "intro": "Ask.", "provider": "built_in"} | (
        changes
    )


# --- rights ---


def test_only_owners_and_admins_of_acme_reach_any_of_it(cast: Cast, help_site: Website) -> None:
    kept = Expectation.objects.create(website=help_site, question="Where?")
    run = QuestionRun.objects.create(website=help_site, cause="by_hand")
    reading = ["assistant/", "playground/", "questions/", "questions/new/", "questions/import/", "questions/export/"]
    reading += [f"questions/{kept.pk}/", f"questions/runs/{run.pk}/"]
    writing = ["assistant/", "playground/", "questions/new/", "questions/import/", "questions/run/"]
    writing += [f"questions/{kept.pk}/", f"questions/{kept.pk}/delete/"]
    ada, cleo, ben, mallory = (browser_of(one) for one in (cast.ada, cast.cleo, cast.ben, cast.mallory))
    for path in reading:
        for browser, status in ((ada, 200), (cleo, 200), (ben, 403), (mallory, 404)):
            assert browser.get(address(help_site, path)).status_code == status, path
    for path in writing:
        given = settings_given(question="Mine?")
        assert ben.post(address(help_site, path), given).status_code == 403, path
        assert mallory.post(address(help_site, path), given).status_code == 404, path
    assert [one.question for one in Expectation.objects.for_website(help_site.pk)] == ["Where?"]
    assert not AssistantSettings.objects.for_website(help_site.pk).exists()


def test_mallory_reaches_acmes_questions_by_no_address_of_her_own(cast: Cast, help_site: Website) -> None:
    kept = Expectation.objects.create(website=help_site, question="Where?")
    run = QuestionRun.objects.create(website=help_site, cause="by_hand")
    mallory = browser_of(cast.mallory)
    for path in (f"questions/{kept.pk}/", f"questions/runs/{run.pk}/"):
        assert mallory.get(address(cast.globex, path)).status_code == 404
    assert mallory.post(address(cast.globex, f"questions/{kept.pk}/delete/")).status_code == 404
    assert mallory.post(address(cast.globex, f"questions/{kept.pk}/"), {"question": "Mine"}).status_code == 404
    assert "Where?" not in mallory.get(address(cast.globex, "questions/export/")).content.decode()
    assert Expectation.objects.for_website(help_site.pk).get().question == "Where?"


def test_ada_says_how_her_assistant_is_called_and_who_answers(adas_browser: Client, help_site: Website) -> None:
    adas_browser.post(
        address(help_site), settings_given(provider="own", base_url="https://ai.test/v1", model="m", key="sk-secret")
    )
    stored = AssistantSettings.objects.for_website(help_site.pk).get()
    help_site.refresh_from_db()
    assert (stored.provider, stored.key(), help_site.assistant_name) == ("own", "sk-secret", "Ava")


def test_a_key_goes_in_and_never_comes_out(adas_browser: Client, help_site: Website) -> None:
    given = settings_given(provider="own", base_url="https://ai.test/v1", model="m")
    adas_browser.post(address(help_site), given | {"key": "sk-secret"})
    page = adas_browser.get(address(help_site)).content.decode()
    assert "sk-secret" not in page
    assert "A key is set; leave empty to keep it." in page
    adas_browser.post(address(help_site), given)
    assert AssistantSettings.objects.for_website(help_site.pk).get().key() == "sk-secret"
    moved = adas_browser.post(address(help_site), given | {"base_url": "https://evil.test/v1"})
    assert moved.status_code == 422
    assert "enter its key" in text_of(moved)


def test_either_half_that_is_wrong_keeps_the_whole_from_being_saved(adas_browser: Client, help_site: Website) -> None:
    assert adas_browser.post(address(help_site), settings_given(assistant_name="")).status_code == 422
    assert (
        adas_browser.post(address(help_site), settings_given(provider="own", assistant_name="New")).status_code == 422
    )
    help_site.refresh_from_db()
    assert help_site.assistant_name == "Acme Assistant"
    assert not AssistantSettings.objects.for_website(help_site.pk).exists()


def test_the_ai_can_be_switched_off(adas_browser: Client, help_site: Website) -> None:
    given = settings_given()
    del given["ai_enabled"]
    adas_browser.post(address(help_site), given)
    help_site.refresh_from_db()
    assert not help_site.ai_enabled


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("well", "Test passed: well answered in"),
        ("401", "Test failed: the AI endpoint refused its key (HTTP 401)."),
    ],
)
def test_the_test_of_an_endpoint_says_in_words_how_it_went(
    owner: PageReader, help_site: Website, endpoint: MisbehavingServer, model: str, said: str
) -> None:
    given = settings_given(provider="own", base_url=endpoint.url, model=model, key="sk-secret", test="1")
    answer = owner.post(address(help_site), given)
    assert said in text_of(answer)
    assert "sk-secret" not in answer.text


def test_without_an_endpoint_there_is_none_to_test(adas_browser: Client, help_site: Website) -> None:
    answer = adas_browser.post(address(help_site), settings_given(test="1"), follow=True)
    assert "There is no endpoint to test" in text_of(answer)


# --- what it has used ---


def test_the_page_shows_what_was_used_today_of_what(adas_browser: Client, help_site: Website, cast: Cast) -> None:
    assert "Used today" not in text_of(adas_browser.get(address(help_site))), "the built-in assistant costs nothing"
    for website, tokens in ((help_site, 12_345), (cast.globex, 77_777)):
        limits = {"daily_tokens": 50_000, "daily_cost": "2.50", "input_price": 1}
        AssistantSettings.objects.create(website=website, provider="own", **limits)
        day = timezone.now().date()
        Spending.objects.create(website=website, day=day, replies=7, tokens=tokens, cost="0.0123", reserved_tokens=400)
    page = text_of(adas_browser.get(address(help_site)))
    assert "Requests 7" in page
    assert "Tokens 12,345 of 50,000" in page
    assert "Money 0.0123 of 2.50" in page
    assert "Kept back for what is being written 400 tokens" in page
    assert "The day ends at midnight (UTC)" in page
    assert "77,777" not in page


def test_a_day_that_is_used_up_says_so(adas_browser: Client, help_site: Website) -> None:
    AssistantSettings.objects.create(website=help_site, provider="own", daily_tokens=100)
    limits = budget_for(help_site.pk).limits
    Spending.objects.create(website=help_site, day=timezone.now().date(), tokens=99, closed_at_limits=limits)
    assert "Used up. People answer until midnight (UTC)" in text_of(adas_browser.get(address(help_site)))
