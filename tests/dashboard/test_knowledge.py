"""What is written by hand into a website's knowledge, and who may."""

from __future__ import annotations

import pytest
from django.test import Client

from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article, Source
from assistant.retrieval import find_passages
from tests.assistant.websites import source_of
from tests.cast import Cast
from tests.dashboard.knowledge_pages import ZEBRAS, address, the_article
from tests.dashboard.reading import HOST, browser_of

pytestmark = pytest.mark.usefixtures("nobody_works")


# --- written here ---


def test_ada_writes_an_article_and_the_assistant_finds_it_but_not_for_globex(adas_browser: Client, cast: Cast) -> None:
    said = adas_browser.post(address(cast.acme, "articles/new/"), ZEBRAS, follow=True).content.decode()
    assert "Saved." in said
    assert "Zebras" in said
    assert find_passages(cast.acme, "zebras stripes")[0].heading == "Looks"
    assert find_passages(cast.globex, "zebras stripes") == []
    assert "Zebras" not in browser_of(cast.mallory).get(address(cast.globex)).content.decode()


def test_a_question_is_known_by_its_words_and_changes_with_its_page(adas_browser: Client, cast: Cast) -> None:
    asked = {"title": "Do you ship to Norway?", "body": "Yes, within five days.", "published": "on"}
    adas_browser.post(address(cast.acme, "questions/new/"), asked)
    article = the_article(cast.acme)
    assert (article.kind, find_passages(cast.acme, "ship to Norway")[0].body) == ("question", "Yes, within five days.")
    page = adas_browser.get(address(cast.acme, f"articles/{article.pk}/")).content.decode()
    assert "Do you ship to Norway?" in page
    adas_browser.post(address(cast.acme, f"articles/{article.pk}/"), {**asked, "body": "No, sorry."})
    assert find_passages(cast.acme, "ship to Norway")[0].body == "No, sorry."
    assert the_article(cast.acme).kind == "question"


def test_two_articles_of_one_title_are_two(adas_browser: Client, cast: Cast) -> None:
    for body in (ZEBRAS["body"], "Not on Sundays.", "Not on Sundays."):  # the last is sent twice
        adas_browser.post(address(cast.acme, "articles/new/"), {**ZEBRAS, "body": body})
    adas_browser.post(address(cast.acme, "articles/new/"), {**ZEBRAS, "title": "斑马"})
    slugs = Article.objects.for_website(cast.acme.pk).order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["zebras", "zebras-2", "article"]


def test_a_draft_is_not_answered_from(adas_browser: Client, cast: Cast) -> None:
    page = adas_browser.post(
        address(cast.acme, "articles/new/"), {**ZEBRAS, "published": ""}, follow=True
    ).content.decode()
    assert "Draft" in page
    assert find_passages(cast.acme, "zebras stripes") == []


def test_a_preview_shows_the_text_and_saves_nothing(adas_browser: Client, cast: Cast) -> None:
    evil = {**ZEBRAS, "body": "**Bold** <script>alert(1)</script> [x](javascript:alert(1))", "preview": "1"}
    page = adas_browser.post(address(cast.acme, "articles/new/"), evil).content.decode()
    assert "<strong>Bold</strong>" in page
    shown = page.partition('id="preview"')[2].partition("</section>")[0]
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_what_is_missing_is_said_at_the_field(adas_browser: Client, cast: Cast) -> None:
    for wrong in ({"title": ""}, {"body": " "}, {"url": "javascript:alert(1)"}, {"title": "a\0b"}):
        answer = adas_browser.post(address(cast.acme, "articles/new/"), {**ZEBRAS, **wrong})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_a_deleted_article_is_forgotten(adas_browser: Client, cast: Cast) -> None:
    adas_browser.post(address(cast.acme, "articles/new/"), ZEBRAS)
    article = the_article(cast.acme)
    assert adas_browser.get(address(cast.acme, f"articles/{article.pk}/delete/")).status_code == 405
    adas_browser.post(address(cast.acme, f"articles/{article.pk}/delete/"))
    assert find_passages(cast.acme, "zebras") == []


# --- who may ---


def test_mallory_and_ben_get_nowhere_and_change_nothing(cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was read.", kind="page"), source)
    written = write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."))
    paths = [
        *("", f"progress/?ids={source.pk}", "articles/new/", "questions/new/", "web/new/", "files/new/"),
        *(f"articles/{written.pk}/", f"articles/{written.pk}/delete/", f"sources/{source.pk}/"),
        f"documents/{read.pk}/",
    ]
    posted = {**ZEBRAS, "act": "delete", "kind": "page", "url": "https://evil.test/"}
    refused = [(browser_of(cast.mallory), 404), (browser_of(cast.ben), 403)]  # logging in takes its time
    for path in paths:
        for browser, status in refused:
            assert browser.get(address(cast.acme, path)).status_code in (status, 405), path
            assert browser.post(address(cast.acme, path), posted).status_code in (status, 405), path
        stranger = Client(headers=HOST).get(address(cast.acme, path))
        assert stranger.status_code == 405 or stranger["Location"].startswith("/accounts/login/"), path
    assert Source.objects.for_website(cast.acme.pk).get().state == "ready"
    assert Article.objects.for_website(cast.acme.pk).count() == 2


def test_through_her_own_website_mallory_reaches_nothing_of_acme(cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was read.", kind="page"), source)
    written = write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."))
    mallory = browser_of(cast.mallory)
    assert mallory.get(address(cast.globex, f"progress/?ids={source.pk}")).json() == {"sources": []}
    for path in (f"articles/{written.pk}/", f"articles/{read.pk}/", f"sources/{source.pk}/", f"documents/{read.pk}/"):
        assert mallory.get(address(cast.globex, path)).status_code == 404
        assert mallory.post(address(cast.globex, path), {"act": "delete", **ZEBRAS}).status_code in (404, 405)
    assert mallory.post(address(cast.globex, f"articles/{written.pk}/delete/")).status_code == 404
    assert written.title == Article.objects.for_website(cast.acme.pk).get(pk=written.pk).title


def test_what_was_read_is_shown_but_cannot_be_changed_here(adas_browser: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was **read**.", kind="page"), source)
    assert "<strong>read</strong>" in adas_browser.get(address(cast.acme, f"documents/{read.pk}/")).content.decode()
    assert adas_browser.get(address(cast.acme, f"articles/{read.pk}/")).status_code == 404
    assert adas_browser.get(address(cast.acme, f"sources/{source.pk}/")).status_code == 200
