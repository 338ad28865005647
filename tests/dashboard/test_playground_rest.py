"""The playground for programs: the decision that a visitor's question gets, and all that led to it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Website
from assistant.models import AssistantSettings, Reply
from conversations.models import Conversation
from tests.assistant.misbehaving import ANSWER, MisbehavingServer
from tests.cast import Cast
from tests.clients.people import Rest, log_in
from tests.servers.stack import Stack

PASSWORD = "I forgot my pasword"


@pytest.fixture
def ada(stack: Stack, cast: Cast) -> Rest:
    return log_in(stack, cast.ada).rest


def tried(rest: Rest, website: Website, question: str = PASSWORD, **more: Any) -> dict[str, Any]:
    answer = rest.post("assistant/playground/", {"website": website.pk, "question": question, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_ada_sees_the_answer_and_what_it_was_made_from(ada: Rest, help_site: Website) -> None:
    told = tried(ada, help_site)
    assert (told["outcome"], told["provider"], told["trace"]["zone"]) == ("answer", "built-in", "sure")
    assert told["sources"] == [{"title": "Your password", "url": "https://acme.test/password"}]
    assert [word["how"] for term in told["trace"]["terms"] for word in term["words"] if word["word"] == "password"] == [
        "typo"
    ]
    assert told["trace"]["passages"][0]["is_used"]
    assert not Conversation.objects.for_system().filter(website=help_site).exists()
    assert not Reply.objects.for_website(help_site.pk).exists()


def test_a_model_is_shown_with_its_prompt_its_tokens_and_the_day(
    ada: Rest, help_site: Website, endpoint: MisbehavingServer
) -> None:
    chosen = AssistantSettings(
        website=help_site, provider="own", base_url=endpoint.url, model="well", daily_tokens=9000
    )
    chosen.set_key("sk-secret")
    chosen.save()
    told = tried(ada, help_site)
    assert (told["text"], told["model"], told["input_tokens"], told["output_tokens"]) == (ANSWER, "well", 321, 12)
    assert [one["role"] for one in told["trace"]["prompt"]] == ["system", "user"]
    assert (told["today"]["tokens"], told["today"]["daily_tokens"], told["today"]["is_used_up"]) == (333, 9000, False)
    assert "sk-secret" not in str(told)


def test_the_owners_rules_decide_as_they_do_for_visitors(ada: Rest, help_site: Website) -> None:
    AssistantSettings.objects.create(
        website=help_site, hand_off_words=["refund"], hand_off_pages=["/pay"], most_turns=1
    )
    assert tried(ada, help_site, "A refund!")["rule"] == 'the owner\'s rule "refund"'
    told = tried(ada, help_site, page="https://acme.test/pay")
    assert (told["outcome"], told["rule"], told["trace"]) == ("hand_off", 'the owner\'s rule for the page "/pay"', None)
    said = [{"by": "visitor", "text": "Hm?"}, {"by": "assistant", "text": "Yes."}]
    assert tried(ada, help_site, said=said)["rule"] == "an answer was given"


def test_an_endpoint_that_fails_is_explained_and_no_error(
    ada: Rest, help_site: Website, endpoint: MisbehavingServer
) -> None:
    AssistantSettings.objects.create(website=help_site, provider="own", base_url=endpoint.url, model="401")
    told = tried(ada, help_site)
    assert (told["outcome"], told["failure"]) == (None, "the AI endpoint refused its key (HTTP 401)")


def test_neither_ben_nor_mallory_may_ask(stack: Stack, cast: Cast, help_site: Website) -> None:
    given = {"website": help_site.pk, "question": PASSWORD}
    for person, status in ((cast.ben, 403), (cast.mallory, 404)):
        assert log_in(stack, person).rest.post("assistant/playground/", given).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": ""},
        {"question": "x" * 2001},
        {"question": "\0"},
        {"said": [{"by": "system", "text": "x"}]},
        {"said": [{"by": "visitor", "text": "x"}] * 41},
        {"website": "x"},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_what_is_no_question_is_refused(ada: Rest, help_site: Website, wrong: dict[str, Any]) -> None:
    answer = ada.post("assistant/playground/", {"website": help_site.pk, "question": PASSWORD, **wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
