"""The playground: a question of an owner's gets what a visitor's would, and the page says why."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import Website
from assistant.budgets import budget_for, today
from assistant.models import AssistantSettings, Reply, Spending
from assistant.providers.compatible.prompt import RULES
from conversations.models import Conversation
from tests.assistant.misbehaving import MisbehavingServer
from tests.clients.owners import PageReader
from tests.dashboard.reading import address, text_of

QUESTION = "I forgot my pasword"


def test_the_playground_answers_and_says_why(adas_browser: Client, help_site: Website) -> None:
    answer = adas_browser.post(address(help_site, "playground/"), {"question": QUESTION})
    page = text_of(answer)
    assert "The log-in page has a link" in page
    assert "https://acme.test/password" in answer.content.decode()
    assert "password typo" in page
    assert "It answers: the best passage is like enough to the question" in page
    assert "Matched: forgotten" in page or "Matched: password" in page


def test_what_is_tried_is_no_conversation_and_in_no_report(adas_browser: Client, help_site: Website) -> None:
    adas_browser.post(address(help_site, "playground/"), {"question": QUESTION})
    assert not Conversation.objects.for_system().filter(website=help_site).exists()
    assert not Reply.objects.for_website(help_site.pk).exists()


def test_with_an_endpoint_it_shows_the_prompt_and_never_the_key(
    owner: PageReader, help_site: Website, endpoint: MisbehavingServer
) -> None:
    stored = AssistantSettings(website=help_site, provider="own", base_url=endpoint.url, model="well", rules="Say moo.")
    stored.set_key("sk-secret")
    stored.save()
    answer = owner.post(address(help_site, "playground/"), {"question": QUESTION})
    page = text_of(answer)
    assert RULES.splitlines()[2] in page
    assert "Say moo." in page
    assert f"user {len(QUESTION)} characters {QUESTION}" in page
    assert "given to the model" in page
    assert "Tokens in 321 Tokens out 12" in page
    assert "sk-secret" not in answer.text


def test_an_endpoint_that_fails_is_explained(
    owner: PageReader, help_site: Website, endpoint: MisbehavingServer
) -> None:
    AssistantSettings.objects.create(website=help_site, provider="own", base_url=endpoint.url, model="401")
    page = text_of(owner.post(address(help_site, "playground/"), {"question": QUESTION}))
    assert "The AI endpoint refused its key (HTTP 401). A visitor would be handed over to a person." in page


def test_when_the_day_is_used_up_the_playground_says_so(
    owner: PageReader, help_site: Website, endpoint: MisbehavingServer
) -> None:
    given = {"base_url": endpoint.url, "model": "well", "daily_tokens": 10}
    AssistantSettings.objects.create(website=help_site, provider="own", **given)
    before = len(endpoint.calls)
    page = text_of(owner.post(address(help_site, "playground/"), {"question": QUESTION}))
    assert "The assistant's budget for today is used up; the next day begins at midnight UTC." in page
    assert len(endpoint.calls) == before


def test_markup_in_an_answer_stays_text(adas_browser: Client, help_site: Website) -> None:
    page = adas_browser.post(
        address(help_site, "playground/"), {"question": "<img src=x onerror=alert(1)>"}
    ).content.decode()
    assert "<img" not in page


@pytest.mark.parametrize("question", ["", "x" * 2001, "\0"])
def test_no_question_is_no_question(adas_browser: Client, help_site: Website, question: str) -> None:
    assert adas_browser.post(address(help_site, "playground/"), {"question": question}).status_code == 422


def test_who_asks_too_often_is_told_when_to_go_on(
    adas_browser: Client, help_site: Website, settings: LazySettings
) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"limit_assistance_per_minute": 1})
    answers = [adas_browser.post(address(help_site, "playground/"), {"question": QUESTION}) for _ in range(3)]
    assert 429 in [one.status_code for one in answers]
    assert "Try again in" in text_of(answers[-1])


# --- what decides for visitors decides here ---


def set_rules(website: Website, **rules: Any) -> None:
    AssistantSettings.objects.for_website(website.pk).delete()
    AssistantSettings.objects.create(website=website, **rules)


def ask(browser: Client, website: Website, question: str, **more: str) -> Any:
    return browser.post(address(website, "playground/"), {"question": question, **more})


def talk_of(answer: Any) -> str:
    """What the page keeps of the talk, as the next form sends it."""
    kept = re.search(r'name="said" value="([^"]*)"', answer.content.decode())
    assert kept
    return unescape(kept[1])


def test_a_word_of_the_owners_hands_over_before_anything_is_looked_up(adas_browser: Client, help_site: Website) -> None:
    set_rules(help_site, hand_off_words=["password"])
    page = text_of(ask(adas_browser, help_site, "I forgot my password"))
    assert "Hands over to a person" in page
    assert 'The staff would be told: the owner\'s rule "password"' in page
    assert "By rule: nothing was looked up" in page
    assert "What was found" not in page


def test_a_rule_costs_nothing_and_asks_no_endpoint(
    owner: PageReader, help_site: Website, endpoint: MisbehavingServer
) -> None:
    set_rules(help_site, provider="own", base_url=endpoint.url, model="well", hand_off_words=["password"])
    before = len(endpoint.calls)
    assert "Hands over" in text_of(owner.post(address(help_site, "playground/"), {"question": "My password"}))
    assert len(endpoint.calls) == before
    assert today(help_site.pk).tokens == 0


def test_where_the_owner_wishes_it_nothing_found_hands_over(adas_browser: Client, help_site: Website) -> None:
    assert "Does not know" in text_of(ask(adas_browser, help_site, "Is there a zebra?"))
    set_rules(help_site, when_unsure="hand_off")
    page = text_of(ask(adas_browser, help_site, "Is there a zebra?"))
    assert "The staff would be told: the assistant found no answer" in page


def test_pages_and_presence_are_asked_for_where_a_rule_names_them(adas_browser: Client, help_site: Website) -> None:
    assert "On the page" not in text_of(adas_browser.get(address(help_site, "playground/")))
    set_rules(help_site, hand_off_pages=["/checkout"], people_first=True)
    assert "On the page" in text_of(adas_browser.get(address(help_site, "playground/")))
    assert "the owner's rule for the page" in text_of(ask(adas_browser, help_site, QUESTION, page="/checkout"))
    assert "The log-in page has a link" in text_of(ask(adas_browser, help_site, QUESTION, page="/help"))
    assert "people answer first" in text_of(ask(adas_browser, help_site, QUESTION, is_somebody_here="on"))


def test_a_talk_goes_on_until_the_assistant_gets_nowhere(adas_browser: Client, help_site: Website) -> None:
    page, said = None, ""
    for question in ("Is there a zebra?", "Do you sharpen axes?", "Can I rent a helicopter?"):
        page = ask(adas_browser, help_site, question, said=said, go_on="1")
        said = talk_of(page)
    assert "found no answer three times in a row" in text_of(page)
    assert "Said before" in text_of(page)
    assert said == "", "a person has it now"


def test_whoever_asks_anew_is_another_visitor(adas_browser: Client, help_site: Website) -> None:
    page, said = None, ""
    for _ in range(4):
        page = ask(adas_browser, help_site, QUESTION, said=said)
        said = talk_of(page)
    assert "Said before" not in text_of(page)
    assert "The log-in page has a link" in text_of(page)


@pytest.mark.parametrize("said", ["x", "[1]", '[{"by": "system", "text": "x"}]', "[" * 5000])
def test_a_talk_that_makes_no_sense_is_refused(adas_browser: Client, help_site: Website, said: str) -> None:
    answer = ask(adas_browser, help_site, QUESTION, said=said, go_on="1")
    assert (answer.status_code, "cannot be read" in text_of(answer)) == (422, True)


def test_an_answer_links_to_what_a_visitors_may(
    owner: PageReader, help_site: Website, endpoint: MisbehavingServer
) -> None:
    set_rules(help_site, provider="own", base_url=endpoint.url, model="links")
    page = owner.post(address(help_site, "playground/"), {"question": QUESTION})
    assert "evil.test" not in page.text.partition("What was searched for")[0]
    set_rules(help_site, provider="own", base_url=endpoint.url, model="links", link_hosts=["evil.test"])
    page = owner.post(address(help_site, "playground/"), {"question": QUESTION})
    assert "https://evil.test" in page.text.partition("What was searched for")[0]


def test_what_would_keep_a_visitor_from_the_assistant_is_said(adas_browser: Client, help_site: Website) -> None:
    set_rules(help_site, provider="own", base_url="https://ai.test/v1", model="m", daily_tokens=100)
    Spending.objects.create(
        website=help_site, day=timezone.now().date(), tokens=90, closed_at_limits=budget_for(help_site.pk).limits
    )
    Website.objects.filter(pk=help_site.pk).update(ai_enabled=False)
    page = text_of(adas_browser.get(address(help_site, "playground/")))
    assert "Today’s budget is used up" in page
    assert "The assistant is switched off" in page
    assert "90 of 100" in page
