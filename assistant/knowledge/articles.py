"""The one way to write and remove articles: passages and words follow in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify

from accounts.models import Website
from assistant.embeddings.index import defer_embedding, give_back, vectors_kept
from assistant.knowledge.languages import configuration_for
from assistant.knowledge.passages import Part, parts_of
from assistant.knowledge.vocabulary import count_words
from assistant.knowledge.words import searchable, words_of
from assistant.models import Article, Source
from audit.recording import record

# The title again on every passage: "Delivery times and costs" is what most questions about express delivery say.
INSERT_PASSAGE = """
    INSERT INTO assistant_passage (website_id, article_id, position, heading, body, tsv)
    VALUES (%(website)s, %(article)s, %(position)s, %(heading)s, %(body)s,
            setweight(to_tsvector(%(config)s::regconfig, %(titles)s), 'A')
            || setweight(to_tsvector(%(config)s::regconfig, %(text)s), 'D'))
"""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an owner writes. `slug` names the article within its website."""

    slug: str
    title: str
    body: str
    url: str = ""
    published: bool = True
    kind: str = Article.Kind.ARTICLE


def write_article(website: Website, text: ArticleText, source: Source | None = None) -> Article:
    """Make the article, or change it; one that is not published is not searched."""
    with transaction.atomic():
        old = Article.objects.for_website(website.pk).select_for_update().filter(slug=text.slug).first()
        words_before, vectors = _words_searched(old), vectors_kept(old)
        article = old or Article(website=website, slug=text.slug)
        article.title, article.body, article.url = text.title, text.body, text.url
        article.language, article.published = website.language, text.published
        article.kind, article.source = text.kind, source
        article.save()
        article.passages.all().for_website(website.pk).delete()
        if article.published:
            _insert_passages(article)
            give_back(article, vectors)
            defer_embedding(website.pk)
        count_words(website.pk, website.language, words_before, _words_searched(article))
        if source is None:  # what the worker reads is its source's business
            record("article.changed" if old else "article.made", article, published=article.published)
    return article


@transaction.atomic
def add_article(website: Website, text: ArticleText) -> Article:
    """A new one, whatever the slug says; or that which says the same already, since its form was sent twice."""
    Website.objects.select_for_update(no_key=True).get(pk=website.pk)  # also while it is sent twice in the same instant
    same = Article.objects.for_website(website.pk).filter(title=text.title, body=text.body, url=text.url, source=None)
    known = same.filter(published=text.published, kind=text.kind).first()
    return known or write_article(website, replace(text, slug=new_slug(website, text.title)))


def new_slug(website: Website, title: str) -> str:
    """One that no article of the website has."""
    wanted = slugify(title)[:60].strip("-") or "article"
    taken = set(Article.objects.for_website(website.pk).filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in chain([wanted], (f"{wanted}-{n}" for n in count(2))) if slug not in taken)


def remove_article(article: Article) -> None:
    """Delete the article with everything made of it."""
    with transaction.atomic():
        count_words(article.website_id, article.language, _words_searched(article), set())
        if article.source_id is None:
            record("article.deleted", article)
        article.delete()


def _words_searched(article: Article | None) -> set[str]:
    return words_of(f"{article.title} {article.body}") if article and article.published else set()


def _insert_passages(article: Article) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            INSERT_PASSAGE,
            [_passage_row(article, position, part) for position, part in enumerate(parts_of(article.body))],
        )


def _passage_row(article: Article, position: int, part: Part) -> dict[str, Any]:
    return {
        "website": article.website_id,
        "article": article.pk,
        "position": position,
        "heading": part.heading,
        "body": part.body,
        "config": configuration_for(article.language),
        "titles": searchable(f"{article.title}\n{part.heading}"),
        "text": searchable(part.body),
    }
