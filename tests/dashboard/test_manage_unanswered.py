"""The page of unanswered questions: who sees it, and how an article comes of one."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Website
from assistant.models import Article
from assistant.unanswered.gathering import unanswered_of
from tests.assistant.test_unanswered import BY_HAND, asked
from tests.cast import Cast
from tests.dashboard.reading import address, browser_of, text_of

QUESTION = "Do you ship to Iceland?"


@pytest.fixture
def acme(cast: Cast) -> Website:
    asked(cast.acme, QUESTION, by_hand=(BY_HAND,))
    return cast.acme


@pytest.fixture
def ada(cast: Cast) -> Client:
    return browser_of(cast.ada)


def replies(website: Website) -> str:
    return ",".join(str(one.reply_id) for one in unanswered_of(website.pk))


def test_ada_sees_the_question_and_what_was_answered_by_hand(ada: Client, acme: Website) -> None:
    page = text_of(ada.get(address(acme, "unanswered/")))
    assert QUESTION in page
    assert "1 ×" in page
    assert BY_HAND in page


def test_an_article_begins_with_what_the_staff_said(ada: Client, acme: Website) -> None:
    form = ada.get(address(acme, f"unanswered/write/?reply={replies(acme)}"))
    assert f'value="{QUESTION}"' in form.content.decode()
    assert BY_HAND in form.content.decode()
    given = {"replies": replies(acme), "title": "Iceland", "body": BY_HAND, "publish": "on"}
    saved = ada.post(address(acme, "unanswered/write/"), given, follow=True)
    assert "The article is there." in text_of(saved)
    assert "Nothing is unanswered" in text_of(saved)
    assert Article.objects.for_website(acme.pk).get().passages.all().for_website(acme.pk).count() == 1


def test_a_draft_is_told_to_no_visitor(ada: Client, acme: Website) -> None:
    ada.post(address(acme, "unanswered/write/"), {"replies": replies(acme), "title": "Iceland", "body": "Yes."})
    article = Article.objects.for_website(acme.pk).get()
    assert not article.published
    assert not article.passages.all().for_website(acme.pk).exists()


def test_one_click_leads_from_there_to_the_article(ada: Client, acme: Website) -> None:
    given = {"replies": replies(acme), "title": "<i>Iceland</i>", "body": "Yes."}
    page = ada.post(address(acme, "unanswered/write/"), given, follow=True).content.decode()
    article = Article.objects.for_website(acme.pk).get()
    editor = address(acme, f"knowledge/articles/{article.pk}/")
    assert f'<a href="{editor}">Open it</a>' in page
    assert "&lt;i&gt;Iceland" in ada.get(editor).content.decode()


def test_without_a_text_there_is_no_article(ada: Client, acme: Website) -> None:
    answer = ada.post(address(acme, "unanswered/write/"), {"replies": replies(acme), "title": "Iceland", "body": ""})
    assert answer.status_code == 422
    assert replies(acme) in answer.content.decode()
    assert not Article.objects.for_website(acme.pk).exists()


def test_a_question_is_dismissed(ada: Client, acme: Website) -> None:
    page = ada.post(address(acme, "unanswered/dismiss/"), {"replies": replies(acme)}, follow=True)
    assert "Nothing is unanswered" in text_of(page)


@pytest.mark.slow
@pytest.mark.parametrize("replies", ["", "x", ",,", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_question_is_dealt_with_already(ada: Client, acme: Website, replies: str) -> None:
    assert "dealt with" in text_of(ada.get(address(acme, f"unanswered/write/?reply={replies}"), follow=True))
    assert "dealt with" in text_of(ada.post(address(acme, "unanswered/dismiss/"), {"replies": replies}, follow=True))
    assert len(unanswered_of(acme.pk)) == 1


def test_neither_ben_nor_mallory_sees_or_settles_any_of_it(cast: Cast, acme: Website) -> None:
    given = {"replies": replies(acme), "title": "Mine", "body": "Mine"}
    for person, status in [(cast.ben, 403), (cast.mallory, 404)]:
        client = browser_of(person)
        for path in ("unanswered/", f"unanswered/write/?reply={replies(acme)}"):
            assert client.get(address(acme, path)).status_code == status
        for path in ("unanswered/write/", "unanswered/dismiss/"):
            assert client.post(address(acme, path), given).status_code == status
    mallory = browser_of(cast.mallory)
    mallory.post(address(cast.globex, "unanswered/write/"), given)
    mallory.post(address(cast.globex, "unanswered/dismiss/"), given)
    assert QUESTION not in text_of(mallory.get(address(cast.globex, "unanswered/")))
    assert len(unanswered_of(acme.pk)) == 1
