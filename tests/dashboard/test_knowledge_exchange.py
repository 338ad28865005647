"""Owners take their articles along as files and bring others; nobody else may."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article
from tests.cast import Cast
from tests.dashboard.reading import address, browser_of, text_of


def bring(browser: Client, cast: Cast, name: str, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return browser.post(address(cast.acme, "knowledge/exchange/"), {"file": file, **more})


def test_what_an_owner_takes_along_another_website_can_be_given(cast: Cast) -> None:
    write_article(cast.acme, ArticleText("delivery", "Delivery", "Nine days."))
    ada, mallory = browser_of(cast.ada), browser_of(cast.mallory)
    for name in ("articles.zip", "articles.json"):
        answer = ada.get(address(cast.acme, f"knowledge/exchange/{name}"))
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        file = SimpleUploadedFile(name, answer.content)
        assert mallory.post(address(cast.globex, "knowledge/exchange/"), {"file": file}).status_code == 302
        assert [one.body for one in Article.objects.for_website(cast.globex.pk)] == ["Nine days."]


def test_first_it_can_be_said_what_would_change(cast: Cast) -> None:
    ada, given = browser_of(cast.ada), json.dumps([{"slug": "pay", "title": "Pay", "body": "By card."}]).encode()
    assert "1 would be new" in text_of(bring(ada, cast, "a.json", given, is_dry="on"))
    assert not Article.objects.for_website(cast.acme.pk).exists()
    assert bring(ada, cast, "a.json", given).status_code == 302
    assert Article.objects.for_website(cast.acme.pk).get().title == "Pay"


def test_a_bad_file_is_named_on_the_page(cast: Cast) -> None:
    answer = bring(browser_of(cast.cleo), cast, "cafe.md", b"caf\xe9")
    assert answer.status_code == 422
    assert "cafe.md: not UTF-8" in text_of(answer)


def test_nobody_else_may(cast: Cast) -> None:
    write_article(cast.acme, ArticleText("delivery", "Delivery", "Nine days."))
    for person, status in ((cast.ben, 403), (cast.mallory, 404)):
        browser = browser_of(person)
        for name in ("", "articles.zip", "articles.json"):
            assert browser.get(address(cast.acme, f"knowledge/exchange/{name}")).status_code == status
        assert bring(browser, cast, "delivery.md", b"Never.").status_code == status
    assert Article.objects.for_website(cast.acme.pk).get().body == "Nine days."
