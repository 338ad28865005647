"""Articles, and what is made of them for searching."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User, Website
from assistant.knowledge.articles import ArticleText, remove_article, write_article
from assistant.knowledge.passages import LONGEST, parts_of
from assistant.models import Article, Passage, Word
from assistant.retrieval import find_passages
from conversations.models.scope import Unscoped
from tests.cast import Cast

ZEBRAS = ArticleText(
    "zebras", "Zebras", "Zebras have stripes.\n\n## Food\n\nThey graze on savannahs.", "https://a.test/z"
)


def words(website: Website) -> set[str]:
    return set(Word.objects.for_website(website.pk).values_list("word", flat=True))


def test_an_article_is_cut_at_its_headings_and_found_by_each_part(cast: Cast) -> None:
    write_article(cast.acme, ZEBRAS)
    passages = Passage.objects.for_website(cast.acme.pk).order_by("position")
    assert [(one.heading, one.body) for one in passages] == [
        ("", "Zebras have stripes."),
        ("Food", "They graze on savannahs."),
    ]
    assert find_passages(cast.acme, "What do zebras graze on?")[0].heading == "Food"


def test_the_title_is_searched_with_every_part(cast: Cast) -> None:
    write_article(cast.acme, ZEBRAS)
    assert len(find_passages(cast.acme, "zebras")) == 2


def test_passages_follow_a_changed_article(cast: Cast) -> None:
    write_article(cast.acme, ZEBRAS)
    write_article(cast.acme, ArticleText("zebras", "Zebras", "They live in Kenya."))
    assert Article.objects.for_website(cast.acme.pk).count() == 1
    assert find_passages(cast.acme, "stripes") == []
    assert find_passages(cast.acme, "Kenya")[0].body == "They live in Kenya."
    assert words(cast.acme) == {"zebras", "they", "live", "in", "kenya"}


def test_an_article_and_its_passages_are_written_together_or_not_at_all(cast: Cast) -> None:
    with transaction.atomic():
        write_article(cast.acme, ZEBRAS)
        transaction.set_rollback(True)
    assert not Article.objects.for_website(cast.acme.pk).exists()
    assert not Passage.objects.for_website(cast.acme.pk).exists()
    assert words(cast.acme) == set()


def test_what_is_not_published_is_not_found(cast: Cast) -> None:
    write_article(cast.acme, ZEBRAS)
    write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes.", published=False))
    assert find_passages(cast.acme, "zebras stripes") == []
    assert words(cast.acme) == set()


def test_a_removed_article_takes_its_words_but_not_those_of_others(cast: Cast) -> None:
    zebras = write_article(cast.acme, ZEBRAS)
    write_article(cast.acme, ArticleText("tigers", "Tigers", "Tigers have stripes."))
    remove_article(zebras)
    assert words(cast.acme) == {"tigers", "have", "stripes"}
    assert [one.title for one in find_passages(cast.acme, "stripes of zebras")] == ["Tigers"]


def test_a_query_that_was_not_told_for_which_website_raises(cast: Cast) -> None:
    write_article(cast.acme, ZEBRAS)
    for model in (Article, Passage, Word):
        with pytest.raises(Unscoped):
            list(model.objects.all())


def test_a_heading_inside_a_block_of_code_is_code() -> None:
    parts = parts_of("## Install\n\n```sh\n# a comment\n\nmake\n```\n\n## Use\n\nGo.")
    assert [part.heading for part in parts] == ["Install", "Use"]
    assert "# a comment" in parts[0].body


def test_a_long_part_is_cut_between_paragraphs() -> None:
    paragraph = "word " * 90
    parts = parts_of("## Long\n\n" + "\n\n".join([paragraph.strip()] * 9))
    assert len(parts) == 3
    assert all(part.heading == "Long" and len(part.body) <= LONGEST for part in parts)


def test_an_article_changed_in_the_operators_admin_is_found_by_its_new_words(cast: Cast) -> None:
    article = write_article(cast.acme, ZEBRAS)
    client, operator = Client(), User.objects.create_superuser(f"{cast.ada.pk}@operators.test", "a-long-password")
    client.force_login(operator)
    path = f"/admin/assistant/article/{article.pk}/change/"
    changed = {"title": "Zebras", "url": "https://a.test/z", "body": "Zebras bark.", "published": "on"}
    assert client.get(path).status_code == 200
    assert client.post(path, changed).status_code == 302
    assert [one.body for one in find_passages(cast.acme, "Do zebras bark?")] == ["Zebras bark."]
    assert client.post(f"/admin/assistant/article/{article.pk}/delete/", {"post": "yes"}).status_code == 302
    assert find_passages(cast.acme, "zebras") == []
    assert words(cast.acme) == set()
