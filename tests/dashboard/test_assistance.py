"""Help with writing: drafts, other wordings and summaries, for whom, from what, and what happens when it fails."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import expect

from accounts.models import Membership, Website
from assistant.budgets import today
from assistant.models import AssistantSettings, Reply
from assistant.providers.base import Turn
from assistant.writing.summaries import quoted
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast, new_person
from tests.clients.people import Rest, StaffMember, Visitor, log_in, session_cookie, visit
from tests.dashboard.accessibility import violations
from tests.servers.pages import Pages
from tests.servers.stack import Stack

QUESTION = "I forgot my password, what now?"
FACT = "The log-in page has a link with which you choose a new one"


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        yield server


@pytest.fixture
def acme() -> Website:
    """It knows of passwords, and people answer there."""
    website = website_with_passwords()
    website.ai_enabled = False
    website.save()
    return website


@pytest.fixture
def ben(stack: Stack, acme: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", acme, Membership.Role.AGENT))


@pytest.fixture
def vera(stack: Stack, acme: Website) -> Visitor:
    visitor = visit(stack, acme)
    visitor.open(QUESTION)
    return visitor


@pytest.fixture
def with_model(acme: Website, misbehaving: MisbehavingServer) -> Callable[[str], AssistantSettings]:
    """`with_model("well")`: from now on that model writes for Acme."""

    def choose(model: str) -> AssistantSettings:
        return AssistantSettings.objects.create(website=acme, provider="own", base_url=misbehaving.url, model=model)

    return choose


def help_with(staff: StaffMember, vera: Visitor, what: str, body: Any = None) -> httpx2.Response:
    return staff.rest.post(f"conversations/{vera.conversation_id}/{what}/", body)


def say(staff: StaffMember, vera: Visitor, content: str, note: bool = False) -> None:
    said = {"client_id": str(uuid4()), "content": content, "note": note}
    assert staff.rest.post(f"conversations/{vera.conversation_id}/messages/", said).status_code == 201


# --- drafts ---


def test_a_draft_quotes_the_article_and_is_posted_to_nobody(ben: StaffMember, vera: Visitor, acme: Website) -> None:
    made = help_with(ben, vera, "draft").json()
    assert FACT in made["text"]
    assert made["sources"] == [{"title": "Your password", "url": "https://acme.test/password"}]
    assert (made["by"], made["detail"]) == ("built-in", "")
    said = vera.rest.get(vera.path("entries/"), after=0).json()["entries"]
    assert [one["content"] for one in said if one["kind"] == "message"] == [QUESTION]
    assert not Reply.objects.for_website(acme.pk).exists()


def test_a_draft_answers_what_the_visitor_wrote_last(ben: StaffMember, stack: Stack, acme: Website) -> None:
    vera = visit(stack, acme)
    vera.open("Do you sell kayaks?")
    assert help_with(ben, vera, "draft").json()["detail"] == "The articles say nothing about this."
    say(ben, vera, "No, sorry.")
    assert vera.rest.post(vera.path("messages/"), {"client_id": str(uuid4()), "content": QUESTION}).status_code == 201
    say(ben, vera, "Let me look.")
    assert FACT in help_with(ben, vera, "draft").json()["text"]


def test_a_model_words_the_draft(
    ben: StaffMember, vera: Visitor, with_model: Callable[[str], AssistantSettings]
) -> None:
    with_model("well")
    made = help_with(ben, vera, "draft").json()
    assert (bool(made["text"]), made["by"]) == (True, "well")
    assert made["sources"] == [{"title": "Your password", "url": "https://acme.test/password"}]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("401", "No draft: the AI endpoint refused its key (HTTP 401)."),
        ("no_answer", "The articles say nothing about this."),
        ("hand_off", "No draft: this is for a person (the assistant says: wants a refund)."),
        ("garbage", "No draft: the AI endpoint sent something that cannot be read."),
    ],
)
def test_without_a_draft_it_is_said_why(
    ben: StaffMember, vera: Visitor, with_model: Callable[[str], AssistantSettings], model: str, said: str
) -> None:
    with_model(model)
    made = help_with(ben, vera, "draft").json()
    assert (made["text"], made["detail"]) == ("", said)


def test_a_note_is_told_to_no_endpoint(
    ben: StaffMember, vera: Visitor, misbehaving: MisbehavingServer, with_model: Callable[[str], AssistantSettings]
) -> None:
    with_model("ignores_tools")
    say(ben, vera, "She is the one who complained last week", note=True)
    before = len(misbehaving.calls)
    for what in ("draft", "summary"):
        assert help_with(ben, vera, what).json()["text"]
    asked = [str(call.body) for call in misbehaving.calls[before:]]
    assert len(asked) == 2
    assert all(QUESTION in one and "complained" not in one for one in asked)


# --- rewriting ---


def test_a_text_is_rewritten_by_a_model_that_is_told_how(
    ben: StaffMember, vera: Visitor, misbehaving: MisbehavingServer, with_model: Callable[[str], AssistantSettings]
) -> None:
    with_model("ignores_tools")
    made = help_with(ben, vera, "rewrite", {"text": "yo, use teh link", "how": "formal"}).json()
    assert (bool(made["text"]), made["by"]) == (True, "ignores_tools")
    system, user = misbehaving.calls[-1].body["messages"]
    assert "more formal and polite" in system["content"]
    assert user == {"role": "user", "content": "yo, use teh link"}


def test_the_built_in_assistant_says_that_it_cannot_rewrite(ben: StaffMember, vera: Visitor) -> None:
    made = help_with(ben, vera, "rewrite", {"text": "yo", "how": "formal"}).json()
    assert (made["text"], "needs an AI endpoint" in made["detail"]) == ("", True)


@pytest.mark.parametrize("model", ["401", "garbage", "cut", "empty", "nothing", "too_few_tokens", "huge"])
def test_a_model_that_fails_at_rewriting_is_explained(
    ben: StaffMember, vera: Visitor, with_model: Callable[[str], AssistantSettings], model: str
) -> None:
    with_model(model)
    made = help_with(ben, vera, "rewrite", {"text": "yo", "how": "shorter"}).json()
    assert (made["text"], made["detail"].startswith("No text: ")) == ("", True)


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "x"}, {"text": " ", "how": "formal"}, {"text": "x", "how": "ruder"}, {"text": "x" * 10_001}],
    ids=str,
)
def test_nonsense_is_refused(ben: StaffMember, vera: Visitor, body: dict[str, str]) -> None:
    assert help_with(ben, vera, "rewrite", body).status_code == 400


@pytest.mark.parametrize("what", ["draft", "rewrite", "summary"])
def test_when_the_day_is_used_up_no_endpoint_is_asked_and_ben_reads_why(
    ben: StaffMember,
    vera: Visitor,
    misbehaving: MisbehavingServer,
    with_model: Callable[[str], AssistantSettings],
    what: str,
) -> None:
    chosen = with_model("ignores_tools")
    chosen.daily_tokens = 10
    chosen.save()
    before = len(misbehaving.calls)
    made = help_with(ben, vera, what, {"text": "yo", "how": "formal"} if what == "rewrite" else None).json()
    assert made["text"] == ""
    assert made["detail"].endswith("the assistant's budget for today is used up; the next day begins at midnight UTC.")
    assert len(misbehaving.calls) == before


# --- summaries ---


def test_a_summary_quotes_where_it_began_and_where_it_stands(ben: StaffMember, vera: Visitor) -> None:
    say(ben, vera, "Which address did you use?")
    made = help_with(ben, vera, "summary").json()
    assert made["text"] == f"- The visitor first: {QUESTION}\n- We last: Which address did you use?"
    assert made["by"] == "built-in"


def test_a_long_message_is_clipped_in_a_summary() -> None:
    lines = quoted([Turn("visitor", "word " * 100), Turn("assistant", "One."), Turn("visitor", "Two.")]).splitlines()
    assert lines[0].endswith("word …")
    assert len(lines[0]) < 280
    assert lines[1:] == ["- The assistant last: One.", "- The visitor last: Two."]


# --- for whom ---


@pytest.mark.parametrize("what", ["draft", "rewrite", "summary"])
def test_neither_visitors_nor_mallory_are_helped_with_acmes_conversations(
    stack: Stack, cast: Cast, vera: Visitor, ben: StaffMember, what: str
) -> None:
    body = {"text": "x", "how": "formal"} if what == "rewrite" else None
    assert help_with(ben, vera, what, body).status_code == 200
    assert help_with(log_in(stack, cast.mallory), vera, what, body).status_code == 404
    for nobody, status in [(vera.rest, 403), (Rest(stack), 401)]:
        assert nobody.post(f"conversations/{vera.conversation_id}/{what}/", body).status_code == status


@pytest.mark.slow
def test_who_asks_too_often_waits(new_stack: Callable[..., Stack], acme: Website) -> None:
    strict = new_stack(env={"LIMIT_ASSISTANCE_PER_MINUTE": "2"}, worker=False, name="help")
    ben, vera = log_in(strict, new_person("Ben", acme, Membership.Role.AGENT)), visit(strict, acme)
    vera.open(QUESTION)
    answers = [help_with(ben, vera, "summary") for _ in range(5)]
    assert [one.status_code for one in answers].count(200) in (2, 3, 4)  # a new minute may begin meanwhile
    refused = next(one for one in answers if one.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_who_hangs_up_lets_go_of_the_endpoint_and_of_what_is_kept_back(
    ben: StaffMember,
    vera: Visitor,
    acme: Website,
    misbehaving: MisbehavingServer,
    with_model: Callable[[str], AssistantSettings],
) -> None:
    with_model("endless")
    before = len(misbehaving.calls)
    headers = {"Authorization": f"Bearer {ben.rest.token}", "Content-Type": "application/json"}
    url = f"{ben.stack.url}/api/v1/conversations/{vera.conversation_id}/draft/"
    with pytest.raises(httpx2.ReadTimeout), httpx2.Client(timeout=1.5, trust_env=False) as client:
        client.post(url, headers=headers, content="{}")
    until = time.monotonic() + 10
    while len(misbehaving.calls) == before and time.monotonic() < until:
        time.sleep(0.05)
    assert misbehaving.calls[-1].gone.wait(10)
    while today(acme.pk).reserved_tokens and time.monotonic() < until:
        time.sleep(0.05)
    spent = today(acme.pk)
    assert (spent.tokens > 0, spent.reserved_tokens) == (True, 0)


# --- in the inbox ---


@pytest.fixture
def session(stack: Stack, ben: StaffMember, vera: Visitor) -> str:
    """Ben's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, ben.user)["Cookie"].partition("=")[2]


@pytest.mark.slow
def test_ben_drafts_changes_his_mind_and_loses_nothing(stack: Stack, vera: Visitor, session: str, pages: Pages) -> None:
    page = pages(viewport={"width": 1440, "height": 900})
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
    page.goto(f"{stack.url}/live-chat/{vera.conversation_id}/")
    field = page.locator("#composer")
    field.fill("Dear Vera,")
    page.get_by_role("button", name=re.compile("^Draft")).click()
    expect(field).to_have_value(re.compile(FACT))
    expect(page.get_by_text("Quoted from Your password")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("Dear Vera,")
    page.get_by_role("button", name="Put it in").click()
    expect(field).to_have_value(re.compile(FACT))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text(FACT)
    expect(page.get_by_text("Quoted from")).to_have_count(0)

    page.get_by_role("button", name=re.compile("Rewrite")).click()
    expect(page.get_by_text("Rewriting needs an AI endpoint.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Summarise in a note")).click()
    expect(page.get_by_role("textbox", name="Note for your team")).to_have_value(re.compile("The visitor first"))
