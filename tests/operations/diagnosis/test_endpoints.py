"""AI endpoints of websites' own, and what says what texts mean: broken in each way, and told to be whose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Website
from assistant.models import AssistantSettings
from dashboard.diagnostics import dependencies, endpoints
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.dependencies import ask_endpoints_of, ask_services
from dashboard.diagnostics.findings import Outcome, Result
from dashboard.diagnostics.running import diagnose
from foundation import parts as foundation_parts
from foundation.db import db
from foundation.supervisor.ports import free_port
from tests.cast import Cast
from tests.clients.people import log_in
from tests.operations.diagnosis.broken_proxy import Answers, BrokenProxy, Cuts, Fault, Freezes
from tests.operations.diagnosis.told import BY_TEXT, finding_of
from tests.servers.stack import Stack

KEY = "sk-of-the-owner-12345678"
LISTS = Answers(200, body=b'{"data": [{"id": "small-one"}]}')


@pytest.fixture
def endpoint() -> Any:
    with BrokenProxy(free_port()) as server:
        server.fault = LISTS
        yield server


@pytest.fixture(autouse=True)
def private_addresses(settings: Any) -> None:
    """So that an endpoint may be on this machine."""
    settings.AI_PRIVATE_ADDRESSES = True


def has_own(website: Website, url: str, key: str = KEY, model: str = "small-one") -> None:
    made = AssistantSettings(website=website, provider="own", base_url=f"{url}/v1", model=model)
    made.set_key(key)
    made.save()


async def asked(*websites: Website) -> list[Result]:
    found = await ask_endpoints_of([one.pk for one in websites])
    assert KEY not in repr(found)
    return found


def advice_of(one: Result) -> Advice:
    return BY_TEXT[one.cause, one.fix]


async def test_an_endpoint_that_two_websites_have_is_asked_once(cast: Cast, endpoint: BrokenProxy, core: None) -> None:
    for one in (cast.acme, cast.globex):
        await db(has_own, one, endpoint.url)
    [found] = await asked(cast.acme, cast.globex)
    assert (found.outcome, set(found.websites)) == (Outcome.OK, {cast.acme.pk, cast.globex.pk})
    assert all(str(one.pk) in found.title for one in (cast.acme, cast.globex))


async def test_another_key_is_another_endpoint(cast: Cast, endpoint: BrokenProxy, core: None) -> None:
    await db(has_own, cast.acme, endpoint.url)
    await db(has_own, cast.globex, endpoint.url, key="another")
    assert [one.websites for one in await asked(cast.acme, cast.globex)] == [
        (pk,) for pk in sorted((cast.acme.pk, cast.globex.pk))
    ]


async def test_only_so_many_are_asked_and_it_is_said_how_many_were_not(
    cast: Cast, endpoint: BrokenProxy, core: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "MOST", 1)
    await db(has_own, cast.acme, endpoint.url)
    await db(has_own, cast.globex, endpoint.url, key="another")
    tried, rest = await asked(cast.acme, cast.globex)
    assert (tried.is_tried, rest.is_tried, rest.outcome) == (True, False, Outcome.NOTICE)
    assert rest.detail.startswith("1 more")


@pytest.mark.parametrize(
    ("fault", "advice", "outcome"),
    [
        (Answers(401), Advice.OWN_AI_KEY, Outcome.FAILED),
        (Answers(403), Advice.OWN_AI_KEY, Outcome.FAILED),
        (Answers(429), Advice.AI_LIMITED, Outcome.FAILED),
        (Answers(500), Advice.AI_TROUBLE, Outcome.FAILED),
        (Answers(404), Advice.OWN_AI_NO_LIST, Outcome.NOTICE),
        (Answers(200, body=b'{"data": [{"id": "big-one"}]}'), Advice.OWN_AI_MODEL, Outcome.NOTICE),
        (Cuts(only_sockets=False), Advice.OWN_AI_AWAY, Outcome.FAILED),
        (Freezes(), Advice.AI_SLOW, Outcome.FAILED),
    ],
)
async def test_a_websites_endpoint_that_is_not_well(
    *,
    cast: Cast,
    endpoint: BrokenProxy,
    core: None,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    advice: Advice,
    outcome: Outcome,
) -> None:
    monkeypatch.setattr(foundation_parts, "PATIENCE", 1.0)
    endpoint.fault = fault
    await db(has_own, cast.acme, endpoint.url)
    [found] = await asked(cast.acme)
    assert (advice_of(found), found.outcome, found.websites) == (advice, outcome, (cast.acme.pk,))


async def test_a_websites_endpoint_in_a_private_network_is_not_asked(
    cast: Cast, endpoint: BrokenProxy, core: None, settings: Any
) -> None:
    settings.AI_PRIVATE_ADDRESSES = False
    await db(has_own, cast.acme, endpoint.url)
    [found] = await asked(cast.acme)
    assert advice_of(found) is Advice.OWN_AI_PRIVATE
    assert not endpoint.is_asked.is_set()


async def test_a_key_that_was_stored_under_another_secret(
    cast: Cast, endpoint: BrokenProxy, core: None, settings: Any
) -> None:
    await db(has_own, cast.acme, endpoint.url)
    settings.SECRET_KEY, settings.ENCRYPTION_KEYS = "another-secret-" * 5, ()
    [found] = await asked(cast.acme)
    assert advice_of(found) is Advice.OWN_AI_UNREADABLE
    assert not endpoint.is_asked.is_set()


async def test_a_run_names_the_website_and_tells_its_owner_what_was_seen(
    stack: Stack, cast: Cast, endpoint: BrokenProxy, core: None, settings: Any
) -> None:
    settings.PUBLIC_URL = stack.url
    endpoint.fault = Answers(401)
    await db(has_own, cast.acme, endpoint.url)
    report = (await diagnose(stack.url, Website.objects.filter(pk=cast.acme.pk))).for_owners()
    [found] = [one for one in report.parts if one.websites]
    assert (found.websites, found.detail) == ((cast.acme.pk,), "it answers 401")
    assert {one.detail for one in report.parts if not one.websites} == {""}
    text = report.as_text()
    assert f"AI endpoint of website {cast.acme.pk}" in text
    assert Advice.OWN_AI_KEY.fix in text
    assert KEY not in text


async def test_that_one_customers_key_is_refused_does_not_make_an_installation_unwell(
    stack: Stack, cast: Cast, endpoint: BrokenProxy, core: None
) -> None:
    endpoint.fault = Answers(401)
    await db(has_own, cast.acme, endpoint.url)
    theirs = Website.objects.filter(pk=cast.acme.pk)
    for are_customers, outcome in ((True, Outcome.NOTICE), (False, Outcome.FAILED)):
        report = await diagnose(stack.url, theirs, are_customers)
        [found] = [one for one in report.parts if one.websites]
        assert (found.outcome, advice_of(found)) == (outcome, Advice.OWN_AI_KEY)


def test_not_to_mallory(stack: Stack, cast: Cast, endpoint: BrokenProxy) -> None:
    has_own(cast.acme, endpoint.url)
    answer = log_in(stack, cast.mallory).rest.get("diagnostics/")
    assert answer.status_code == 200, answer.text
    assert [one for one in answer.json()["parts"] if one["websites"]] == []
    assert not endpoint.is_asked.is_set()


# --- embeddings ---


async def embeddings_advice() -> tuple[Advice, Outcome]:
    finding = await finding_of(endpoints.embeddings)
    assert KEY not in finding.detail
    return finding.advice, finding.outcome


@pytest.fixture
def embedding(settings: Any, endpoint: BrokenProxy) -> BrokenProxy:
    settings.EMBEDDING_MODEL_DIR = ""
    settings.AI_EMBEDDING_BASE_URL, settings.AI_EMBEDDING_MODEL = f"{endpoint.url}/v1", "small-one"
    settings.AI_EMBEDDING_API_KEY = KEY
    return endpoint


async def test_embeddings_are_looked_at_where_they_are_set(embedding: BrokenProxy, settings: Any) -> None:
    [found] = [one for one in await ask_services() if one.key == "embeddings"]
    assert (found.outcome, found.detail.endswith("lists small-one")) == (Outcome.OK, True)
    settings.AI_EMBEDDING_MODEL = ""
    assert [one for one in await ask_services() if one.key == "embeddings"] == []


@pytest.mark.parametrize(
    ("fault", "advice", "outcome"),
    [
        (Answers(401), Advice.EMBEDDINGS_KEY, Outcome.FAILED),
        (Answers(404), Advice.EMBEDDINGS_NO_LIST, Outcome.NOTICE),
        (Answers(200, body=b'{"data": []}'), Advice.EMBEDDINGS_MODEL, Outcome.NOTICE),
        (Cuts(only_sockets=False), Advice.EMBEDDINGS_AWAY, Outcome.FAILED),
    ],
)
async def test_embeddings_that_are_not_well(
    embedding: BrokenProxy, fault: Fault, advice: Advice, outcome: Outcome
) -> None:
    embedding.fault = fault
    assert await embeddings_advice() == (advice, outcome)


async def test_embeddings_without_an_address_of_their_own_are_asked_of_the_assistants(
    embedding: BrokenProxy, settings: Any
) -> None:
    settings.AI_EMBEDDING_BASE_URL, settings.AI_BASE_URL = "", f"{embedding.url}/v1"
    assert (await endpoints.embeddings()).endswith("lists small-one")


async def test_a_folder_without_a_model(settings: Any, tmp_path: Path) -> None:
    settings.EMBEDDING_MODEL_DIR = str(tmp_path)
    assert await embeddings_advice() == (Advice.EMBEDDINGS_FOLDER, Outcome.FAILED)
