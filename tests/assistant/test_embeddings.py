"""Passages found by what they mean, where the operator has set a model: whose, when, and what it costs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant.budgets import today
from assistant.embeddings import asking, index
from assistant.embeddings.asking import with_meaning
from assistant.embeddings.indexing import USED_UP, embed_passages
from assistant.embeddings.nearest import nearest
from assistant.embeddings.standing import Standing, standing_of
from assistant.embeddings.thresholds import estimate_limits
from assistant.knowledge.articles import ArticleText, remove_article, write_article
from assistant.models import Article, AssistantSettings, Expectation, MeaningIndex, Passage, PassageVector
from assistant.providers.base import Question, Turn
from assistant.providers.builtin.provider import found_by
from assistant.questions.fingerprint import fingerprint_of
from assistant.retrieval import find_passages
from foundation.db import db
from foundation.outgoing import close_http_clients
from tests.assistant.embedding_server import TOKENS, EmbeddingServer
from tests.assistant.existing_server import ExistingServer
from tests.cast import Cast

KEY = "sk-for-embeddings"
ZEBRAS = ArticleText("zebras", "Zebras", "Zebras eat grass.", "https://acme.test/zebras")
PENGUINS = ArticleText("penguins", "Penguins", "Penguins swim in the sea.", "https://acme.test/penguins")
ASKED = "What nourishment do stripy equids get?"  # no word of which stands in an article


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as started:
        yield started


@pytest.fixture(autouse=True)
async def embeddings(
    server: EmbeddingServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """The model is set and well; jobs wait in a queue that no worker serves, and a failed model is asked at once."""
    settings.AI_EMBEDDING_MODEL, settings.AI_EMBEDDING_BASE_URL = "meanings-1", server.url
    settings.AI_EMBEDDING_API_KEY = KEY
    monkeypatch.setattr(index, "QUEUE", "nobody")
    monkeypatch.setattr(asking, "REST", 0.0)
    server.mode = "well"
    server.asked.clear()
    yield
    await close_http_clients()


@pytest.fixture
async def acme(cast: Cast) -> Website:
    """It knows zebras and penguins, also by what they mean."""
    for text in (ZEBRAS, PENGUINS):
        await db(write_article, cast.acme, text)
    await embed_passages(cast.acme.pk)
    return cast.acme


def question(website: Website, text: str = ASKED) -> Question:
    return Question(website, [Turn("visitor", text)])


async def titles(website: Website, text: str = ASKED) -> list[str]:
    asked = await with_meaning(question(website, text))
    return [one.title for one in await db(find_passages, website, text, 10, asked.meant)]


async def standing(website: Website) -> Standing:
    found = await db(standing_of, website.pk)
    assert found is not None
    return found


async def why_not(website: Website) -> str:
    """Why full-text search answers."""
    asked = await with_meaning(question(website))
    assert asked.meant is not None
    assert not asked.meant.vectors
    return asked.meant.why


async def test_a_question_in_other_words_finds_what_it_means(acme: Website, settings: Settings) -> None:
    outcome = await found_by(question(acme))
    assert (outcome.kind, outcome.text) == ("answer", "Zebras eat grass.")
    assert [source.title for source in outcome.sources] == ["Zebras"]
    assert outcome.used[0][1] > 0.9  # the cosine
    settings.AI_EMBEDDING_MODEL = ""
    assert await titles(acme) == []


async def test_globexs_passages_never_answer_acmes_visitor(acme: Website, cast: Cast) -> None:
    await db(write_article, cast.globex, ArticleText("zebras", "Secret zebras", "Zebras eat Globex' grass."))
    await embed_passages(cast.globex.pk)
    assert await titles(acme) == ["Zebras", "Penguins"]
    assert await titles(cast.globex) == ["Secret zebras"]
    asked = await with_meaning(question(acme))
    assert [one.title for one in await db(find_passages, cast.globex, ASKED, 10, asked.meant)] == ["Secret zebras"]
    assert asked.meant is not None
    near = await db(nearest, acme.pk, asked.meant.model, asked.meant.vectors[ASKED], 10)
    mine = await db(lambda: set(Passage.objects.for_website(acme.pk).values_list("pk", flat=True)))
    assert near.keys() == mine


async def test_among_far_more_passages_than_are_compared_the_nearest_are_found(
    acme: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["rivers", "mountains", "bread", "music", "winter", "lamps", "horses", "bridges", "paper", "gardens"]
    body = "\n\n".join(f"## Part {n}\n\nAll about {one} and {other}." for n, (one, other) in enumerate(pairs(words)))
    await db(write_article, acme, ArticleText("all", "Everything", body))
    await embed_passages(acme.pk)
    assert (await standing(acme)).total > 90
    monkeypatch.setattr("assistant.embeddings.nearest.CANDIDATES", 12)
    assert (await titles(acme))[0] == "Zebras"
    assert (await titles(acme, "Where do flightless seabirds go paddling?"))[0] == "Penguins"


def pairs(words: list[str]) -> list[tuple[str, str]]:
    return [(one, other) for one in words for other in words]


async def test_small_talk_asks_no_model(acme: Website, server: EmbeddingServer) -> None:
    server.asked.clear()
    assert (await found_by(question(acme, "Hello!"))).kind == "ask"
    assert (await found_by(question(acme, "I want to talk to a person"))).kind == "hand_off"
    assert server.asked == []


async def test_an_unchanged_passage_is_not_asked_about_again(acme: Website, server: EmbeddingServer) -> None:
    server.asked.clear()
    await db(write_article, acme, ArticleText("zebras", "Zebras", f"{ZEBRAS.body}\n\n## Looks\n\nZebras have stripes."))
    assert (await standing(acme)).done == 2
    await embed_passages(acme.pk)
    assert server.texts == ["Zebras\nLooks\nZebras have stripes."]
    assert (await standing(acme)).is_complete


async def test_a_removed_article_leaves_with_its_vectors(acme: Website) -> None:
    article = await db(Article.objects.for_website(acme.pk).get, slug="zebras")
    await db(remove_article, article)
    assert await titles(acme) == ["Penguins"]
    assert await db(PassageVector.objects.for_website(acme.pk).count) == 1


async def test_while_passages_are_missing_full_text_search_answers_and_says_why(acme: Website) -> None:
    await db(write_article, acme, ArticleText("lions", "Lions", "Lions sleep."))
    assert await why_not(acme) == "2 of 3 passages have been given to the embedding model so far"
    assert await titles(acme) == []
    assert await titles(acme, "Do lions sleep?") == ["Lions"]
    await embed_passages(acme.pk)
    assert (await titles(acme))[0] == "Zebras"


async def test_another_model_is_given_everything_anew(
    acme: Website, settings: Settings, server: EmbeddingServer
) -> None:
    settings.AI_EMBEDDING_MODEL = "meanings-2"
    assert (await standing(acme)).done == 0
    assert await why_not(acme) == "0 of 2 passages have been given to the embedding model so far"
    server.asked.clear()
    assert await db(is_due, acme)
    await embed_passages(acme.pk)
    assert len(server.texts) == 2
    models = await db(lambda: set(PassageVector.objects.for_website(acme.pk).values_list("model", flat=True)))
    assert models == {"meanings-2"}
    assert (await titles(acme))[0] == "Zebras"


async def test_vectors_are_taken_by_their_number_not_by_their_order(cast: Cast, server: EmbeddingServer) -> None:
    server.mode = "backwards"
    for text in (ZEBRAS, PENGUINS):
        await db(write_article, cast.acme, text)
    await embed_passages(cast.acme.pk)
    server.mode = "well"
    assert await titles(cast.acme) == ["Zebras", "Penguins"]


async def test_a_text_that_is_too_long_for_the_model_is_cut_and_the_others_are_not(
    cast: Cast, server: EmbeddingServer
) -> None:
    server.mode = "short"
    await db(write_article, cast.acme, ZEBRAS)
    await db(write_article, cast.acme, ArticleText("penguins", "Penguins", "Penguins swim. " * 40))
    await embed_passages(cast.acme.pk)
    assert (await standing(cast.acme)).is_complete
    assert server.texts[-1] == ("Penguins\n" + "Penguins swim. " * 40)[: len(server.texts[-1])]
    assert "Zebras\nZebras eat grass." in server.texts
    assert await titles(cast.acme) == ["Zebras", "Penguins"]


# --- what it costs ---


async def test_what_the_endpoint_reads_counts_to_the_day(acme: Website, cast: Cast, settings: Settings) -> None:
    settings.AI_EMBEDDING_PRICE = 1000
    assert (await db(today, acme.pk)).tokens == 2 * TOKENS
    await with_meaning(question(acme))
    spent = await db(today, acme.pk)
    assert (spent.tokens, spent.replies) == (3 * TOKENS, 0)
    assert float(spent.cost) == pytest.approx(TOKENS * 1000 / 1_000_000)
    assert (await db(today, cast.globex.pk)).tokens == 0


async def test_a_used_up_day_waits_for_the_next_with_its_reason(cast: Cast, settings: Settings) -> None:
    settings.AI_DAILY_TOKENS = 3
    await db(write_article, cast.acme, ZEBRAS)
    await embed_passages(cast.acme.pk)
    assert (await standing(cast.acme)).error == USED_UP
    settings.AI_DAILY_TOKENS = 300  # as a new day has them
    await db(end_pause, cast.acme)
    await embed_passages(cast.acme.pk)
    assert (await standing(cast.acme)).is_complete


async def test_the_owners_limit_counts_too(cast: Cast) -> None:
    await db(AssistantSettings.objects.create, website=cast.acme, daily_tokens=3)
    await db(write_article, cast.acme, ZEBRAS)
    await embed_passages(cast.acme.pk)
    assert (await standing(cast.acme)).error == USED_UP


def is_due(website: Website) -> bool:
    """Whether the worker's rounds have it done, once the jobs of before were taken."""
    jobs = ProcrastinateJob.objects.filter(task_name=index.TASK, args__website_id=website.pk)
    jobs.delete()
    index.defer_what_is_missing()
    return jobs.exists()


def end_pause(website: Website) -> None:
    MeaningIndex.objects.for_website(website.pk).update(retry_at=timezone.now() - timedelta(seconds=1))


async def test_after_a_failure_it_is_tried_again_when_its_pause_is_over(cast: Cast, server: EmbeddingServer) -> None:
    server.mode = "401"
    await db(write_article, cast.acme, ZEBRAS)
    await embed_passages(cast.acme.pk)
    assert not await db(is_due, cast.acme)
    server.mode = "well"
    server.asked.clear()
    await embed_passages(cast.acme.pk)
    assert server.asked == []
    await db(end_pause, cast.acme)
    assert await db(is_due, cast.acme)
    await embed_passages(cast.acme.pk)
    assert ((await standing(cast.acme)).error, (await standing(cast.acme)).is_complete) == ("", True)


# --- thresholds ---


async def test_the_question_set_says_from_which_cosine_on_it_is_sure(acme: Website, cast: Cast) -> None:
    covered = [
        f"{word} {other}" for word in ("zebras", "equids", "quaggas") for other in ("eat", "diet", "today", "now")
    ]
    refused = [f"Is there pizza number {number}?" for number in range(6)]
    rows = [Expectation(website=acme, question=one) for one in covered]
    rows += [Expectation(website=acme, question=one, must_refuse=True) for one in refused]
    await db(Expectation.objects.bulk_create, rows)
    await estimate_limits(acme.pk)
    limits = (await standing(acme)).limits
    asked = await with_meaning(question(acme, refused[0]))
    assert asked.meant is not None
    assert asked.meant.limits == limits
    best = [
        (await db(find_passages, acme, one, 1, (await with_meaning(question(acme, one))).meant))[0] for one in refused
    ]
    assert max(one.cosine or 0 for one in best) < limits.sure
    assert limits.unsure <= limits.sure
    assert (await standing(cast.globex)).limits != limits


async def test_questions_are_asked_again_when_meanings_are_there(acme: Website, settings: Settings) -> None:
    ready = await db(fingerprint_of, acme)
    settings.AI_EMBEDDING_MODEL = "meanings-2"
    missing = await db(fingerprint_of, acme)
    await embed_passages(acme.pk)
    assert len({ready, missing, await db(fingerprint_of, acme)}) == 3


# --- somebody else's server ---


@pytest.mark.slow
async def test_a_server_that_somebody_else_wrote_is_understood(
    cast: Cast, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    existing = ExistingServer(tmp_path_factory.mktemp("ai-mock"))
    with existing.process as process:
        process.wait_until_ready()
        settings.AI_EMBEDDING_BASE_URL = existing.url
        for text in (ZEBRAS, PENGUINS):
            await db(write_article, cast.acme, text)
        await embed_passages(cast.acme.pk)
        found = await standing(cast.acme)
        assert (found.is_complete, found.dimension, found.error) == (True, 1536, "")
        assert sorted(await titles(cast.acme)) == ["Penguins", "Zebras"]  # its numbers mean nothing
    await close_http_clients()
    assert await why_not(cast.acme) == "the embedding endpoint cannot be reached"


async def test_the_key_goes_to_the_endpoint_and_into_no_word_of_ours(
    acme: Website, server: EmbeddingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {(path, key) for path, key, _ in server.asked} == {("/v1/embeddings", KEY)}
    server.mode = "401"
    assert await why_not(acme) == "the embedding endpoint refused its key (HTTP 401)"
    assert KEY not in str(capsys.readouterr())


async def test_the_key_of_the_chat_endpoint_is_not_sent_elsewhere(
    acme: Website, server: EmbeddingServer, settings: Settings
) -> None:
    settings.AI_API_KEY, settings.AI_EMBEDDING_API_KEY = "sk-of-chat", ""
    server.asked.clear()
    await with_meaning(question(acme))
    settings.AI_BASE_URL, settings.AI_EMBEDDING_BASE_URL = server.url, ""
    await with_meaning(question(acme))
    assert [key for _, key, _ in server.asked] == ["", "sk-of-chat"]


def test_an_outcome_of_words_keeps_its_rank(shop: Website) -> None:
    """Where no model is set nothing changes."""
    (best, *_) = find_passages(shop, "How do I reset my password?")
    assert best.cosine is None
    assert (best.score, best.sureness) == (best.rank, best.coverage)
