"""What an assistant may say: articles, cut into passages for searching, and the words used in them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from assistant.models.scope import WebsiteQuerySet


class Article(models.Model):
    """A page of the website's knowledge, in Markdown. `url` is where visitors can read it: the source of an answer.

    Those with a `source` are written by the worker only; a question's title is the question.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", "Article"
        QUESTION = "question", "Question and answer"
        PAGE = "page", "Web page"
        FILE = "file", "File"

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="articles")
    source = models.ForeignKey("assistant.Source", models.CASCADE, null=True, blank=True, related_name="articles")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ARTICLE)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200)
    url = models.URLField(max_length=1000, blank=True)
    body = models.TextField()
    language = models.CharField(max_length=10, default="en")
    published = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = WebsiteQuerySet["Article"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["website", "slug"], name="one_article_per_slug")]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """A headed part of a published article. Written only together with it, by `knowledge.articles`."""

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, related_name="passages")
    position = models.IntegerField()
    heading = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    tsv = SearchVectorField()

    objects = WebsiteQuerySet["Passage"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "position"], name="one_passage_per_position")
        ]
        indexes: ClassVar = [GinIndex(fields=["tsv"], name="passage_words")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.heading}"


class Word(models.Model):
    """A word of a website's passages. `shapes` holds it whole and with each letter left out: how typos find it."""

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=60)
    lexeme = models.CharField(max_length=60, blank=True, help_text="as the index has it; empty for a stop word")
    shapes = ArrayField(models.CharField(max_length=60))
    articles = models.IntegerField(help_text="how many published articles use it")

    objects = WebsiteQuerySet["Word"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["website", "word"], name="one_row_per_word")]
        indexes: ClassVar = [
            GinIndex(fields=["shapes"], name="word_shapes"),
            models.Index(fields=["website", "lexeme"], name="word_lexemes"),
        ]

    def __str__(self) -> str:
        return self.word
