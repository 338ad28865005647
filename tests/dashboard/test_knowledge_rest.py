"""Knowledge over REST: what its pages do, with the same rights, for programs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from django.db import transaction

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article, Source
from assistant.retrieval import find_passages
from tests.assistant.websites import source_of
from tests.cast import Cast
from tests.clients.people import Rest, log_in
from tests.servers.locks import wait_for_locks
from tests.servers.stack import Stack

ZEBRAS = {"title": "Zebras", "body": "## Looks\n\nZebras have **stripes**."}
NORWAY = {"question": "Do you ship to Norway?", "answer": "Yes, within five days."}


@pytest.fixture
def ada(stack: Stack, cast: Cast) -> Rest:
    return log_in(stack, cast.ada).rest


@pytest.fixture
def mallory(stack: Stack, cast: Cast) -> Rest:
    return log_in(stack, cast.mallory).rest


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def ids(answer: httpx2.Response) -> list[int]:
    return [one["id"] for one in answer.json()["results"]]


# --- written by hand ---


def test_an_article_is_made_found_changed_and_forgotten(ada: Rest, cast: Cast) -> None:
    made = ada.post("knowledge/articles/", {"website": cast.acme.pk, **ZEBRAS, "url": "https://acme.test/zebras"})
    assert made.status_code == 201
    article: dict[str, Any] = made.json()
    assert (article["title"], article["published"], article["website"]) == ("Zebras", True, cast.acme.pk)
    assert find_passages(cast.acme, "zebras stripes")[0].url == "https://acme.test/zebras"
    changed = ada.patch(f"knowledge/articles/{article['id']}/", {"body": "Zebras bark."}).json()
    assert (changed["title"], changed["body"], changed["url"]) == ("Zebras", "Zebras bark.", article["url"])
    assert ada.get(f"knowledge/articles/{article['id']}/").json() == changed
    ada.patch(f"knowledge/articles/{article['id']}/", {"published": False})
    assert find_passages(cast.acme, "zebras bark") == []
    assert ada.delete(f"knowledge/articles/{article['id']}/").status_code == 204
    assert refusal(ada.get(f"knowledge/articles/{article['id']}/")) == (404, "not_found")


def test_two_who_change_different_fields_at_the_same_instant_both_get_what_they_wanted(ada: Rest, cast: Cast) -> None:
    article = ada.post("knowledge/articles/", {"website": cast.acme.pk, **ZEBRAS}).json()
    path = f"knowledge/articles/{article['id']}/"
    with ThreadPoolExecutor(2) as hands:
        with transaction.atomic():
            Article.objects.for_website(cast.acme.pk).select_for_update().get(pk=article["id"])
            sent = [hands.submit(ada.patch, path, given) for given in ({"title": "Striped"}, {"body": "They bark."})]
            wait_for_locks(2)
        assert [one.result().status_code for one in sent] == [200, 200]
    stored = ada.get(path).json()
    assert (stored["title"], stored["body"]) == ("Striped", "They bark.")


def test_a_question_with_its_answer_is_one_and_no_article(ada: Rest, cast: Cast) -> None:
    made = ada.post("knowledge/questions/", {"website": cast.acme.pk, **NORWAY}).json()
    assert find_passages(cast.acme, "ship to Norway")[0].body == NORWAY["answer"]
    assert refusal(ada.get(f"knowledge/articles/{made['id']}/")) == (404, "not_found")
    changed = ada.patch(f"knowledge/questions/{made['id']}/", {"answer": "No, sorry."}).json()
    assert (changed["question"], changed["answer"]) == (NORWAY["question"], "No, sorry.")
    assert ids(ada.get("knowledge/questions/", website=cast.acme.pk)) == [made["id"]]
    assert ids(ada.get("knowledge/articles/", website=cast.acme.pk)) == []
    assert ada.delete(f"knowledge/questions/{made['id']}/").status_code == 204


def test_a_list_comes_in_pages_without_the_texts_the_newest_first(ada: Rest, cast: Cast) -> None:
    written = [write_article(cast.acme, ArticleText(f"a{n}", f"Article {n}", "A text.")).pk for n in range(3)]
    first = ada.get("knowledge/articles/", website=cast.acme.pk, limit=2)
    assert ids(first) == written[:0:-1]
    assert "body" not in first.json()["results"][0]
    rest = first.json()["next"].partition("/api/v1/")[2]
    assert ids(ada.request("GET", rest)) == written[:1]


def test_what_the_worker_reads_is_no_article_of_ours(ada: Rest, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was read.", kind="page"), source)
    assert ids(ada.get("knowledge/articles/", website=cast.acme.pk)) == []
    for method in ("GET", "DELETE"):
        assert refusal(ada.request(method, f"knowledge/articles/{read.pk}/")) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": " "},
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"title": "\ud83d"},
        {"body": ""},
        {"body": "x" * 100_001},
        {"url": "javascript:alert(1)"},
        {"url": "x" * 1001},
        {"published": None},
        {"surprise": 1},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_at_its_field(ada: Rest, cast: Cast, wrong: dict[str, Any]) -> None:
    answer = ada.post("knowledge/articles/", {"website": cast.acme.pk, **ZEBRAS, **wrong})
    assert refusal(answer) == (400, "invalid")
    assert list(answer.json()["error"]["fields"]) in (list(wrong), ["body"])
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_the_longest_article_fits_in_its_longest_spelling(ada: Rest, cast: Cast) -> None:
    body = "😀 " * 50_000
    assert ada.post("knowledge/articles/", {"website": cast.acme.pk, **ZEBRAS, "body": body}).status_code == 201


# --- to be read ---


def test_an_address_is_read_by_the_worker_again_and_taken_away(ada: Rest, cast: Cast) -> None:
    given = {"website": cast.acme.pk, "kind": "page", "url": "HTTPS://A.invalid/help?utm_source=x#top", "daily": False}
    made = ada.post("knowledge/sources/", given).json()
    assert (made["url"], made["kind"], made["daily"]) == ("https://a.invalid/help", "page", False)
    assert refusal(ada.post("knowledge/sources/", given)) == (400, "invalid")
    address = f"knowledge/sources/{made['id']}/"
    assert ada.patch(address, {"daily": True}).json()["daily"] is True
    Source.objects.for_website(cast.acme.pk).update(state="ready")
    assert ada.post(f"{address}read-again/").json()["state"] in ("waiting", "running", "failed")
    assert ids(ada.get("knowledge/sources/", website=cast.acme.pk)) == [made["id"]]
    assert ada.delete(address).status_code == 204
    assert ids(ada.get("knowledge/sources/", website=cast.acme.pk)) == []
    assert refusal(ada.get(address)) == (404, "not_found")


def test_what_is_being_read_is_not_read_twice_at_once(ada: Rest, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="running")
    assert refusal(ada.post(f"knowledge/sources/{source.pk}/read-again/")) == (409, "conflict")


@pytest.mark.parametrize("url", ["", "ftp://a.test/", "https://me:secret@a.test/", "a b"])
def test_what_is_no_address_is_no_source(ada: Rest, cast: Cast, url: str) -> None:
    answer = ada.post("knowledge/sources/", {"website": cast.acme.pk, "kind": "page", "url": url})
    assert refusal(answer) == (400, "invalid")
    assert not Source.objects.for_website(cast.acme.pk).exists()


def test_a_file_is_uploaded_as_a_browser_does_it(ada: Rest, cast: Cast) -> None:
    file = {"file": ("all_zebras.txt", b"Zebras have stripes.", "text/plain")}
    made = ada.request("POST", "knowledge/files/", files=file, data={"website": str(cast.acme.pk)})
    assert made.status_code == 201
    assert (made.json()["title"], made.json()["kind"]) == ("all zebras", "file")


@pytest.mark.parametrize(
    ("content", "why"), [(b"PK\x03\x04rest", "file: This is a Word, Excel or zip file."), (None, "file: This field")]
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    ada: Rest, cast: Cast, content: bytes | None, why: str
) -> None:
    file = {"file": ("a.pdf", content, "application/pdf")} if content else {"other": ("a", b"x", "text/plain")}
    answer = ada.request("POST", "knowledge/files/", files=file, data={"website": str(cast.acme.pk)})
    assert refusal(answer) == (400, "invalid")
    assert answer.json()["error"]["detail"].startswith(why)


def test_json_is_no_file(ada: Rest, cast: Cast) -> None:
    assert refusal(ada.post("knowledge/files/", {"website": cast.acme.pk})) == (415, "invalid")


# --- who may ---


@pytest.fixture
def known(cast: Cast) -> dict[str, int]:
    """One of each that Acme has, by its address."""
    return {
        "articles": write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes.")).pk,
        "questions": write_article(cast.acme, ArticleText("why", "Why?", "Because.", kind="question")).pk,
        "sources": source_of(cast.acme, "page", "https://a.test/", state="ready").pk,
    }


def bodies(website: Website) -> dict[str, dict[str, Any]]:
    return {
        "articles": {"website": website.pk, **ZEBRAS},
        "questions": {"website": website.pk, **NORWAY},
        "sources": {"website": website.pk, "kind": "page", "url": "https://b.test/"},
    }


def test_cleo_may_what_ada_may_and_ben_is_told_that_he_may_not(stack: Stack, cast: Cast, known: dict[str, int]) -> None:
    ben, cleo = log_in(stack, cast.ben).rest, log_in(stack, cast.cleo).rest
    for kind, body in bodies(cast.acme).items():
        assert cleo.get(f"knowledge/{kind}/", website=cast.acme.pk).status_code == 200
        assert cleo.post(f"knowledge/{kind}/", body).status_code == 201
        assert refusal(ben.get(f"knowledge/{kind}/", website=cast.acme.pk)) == (403, "forbidden")
        assert refusal(ben.post(f"knowledge/{kind}/", body)) == (403, "forbidden")
        assert refusal(ben.delete(f"knowledge/{kind}/{known[kind]}/")) == (403, "forbidden")


def test_mallory_neither_finds_nor_makes_nor_changes_anything_of_acmes(
    mallory: Rest, cast: Cast, known: dict[str, int]
) -> None:
    changes = {"articles": {"title": "Mine"}, "questions": {"answer": "Mine"}, "sources": {"daily": False}}
    for kind, body in bodies(cast.acme).items():
        address = f"knowledge/{kind}/{known[kind]}/"
        assert refusal(mallory.get(f"knowledge/{kind}/", website=cast.acme.pk)) == (404, "not_found")
        assert refusal(mallory.post(f"knowledge/{kind}/", body)) == (404, "not_found")
        assert refusal(mallory.get(address)) == (404, "not_found")
        assert refusal(mallory.patch(address, changes[kind])) == (404, "not_found")
        assert refusal(mallory.delete(address)) == (404, "not_found")
        assert ids(mallory.get(f"knowledge/{kind}/", website=cast.globex.pk)) == []
    assert refusal(mallory.post(f"knowledge/sources/{known['sources']}/read-again/")) == (404, "not_found")
    file = {"file": ("a.txt", b"Mine.", "text/plain")}
    stolen = mallory.request("POST", "knowledge/files/", files=file, data={"website": str(cast.acme.pk)})
    assert refusal(stolen) == (404, "not_found")
    assert Article.objects.for_website(cast.acme.pk).count() == 2
    assert Source.objects.for_website(cast.acme.pk).get().state == "ready"


@pytest.mark.parametrize("website", [None, "", "x", "9" * 30, "-1"])
def test_a_list_says_whose(ada: Rest, website: str | None) -> None:
    asked = {} if website is None else {"website": website}
    assert refusal(ada.get("knowledge/articles/", **asked)) == (400, "invalid")
