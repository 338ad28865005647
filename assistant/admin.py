"""The operators' admin: articles can be read and changed here until owners have a page of their own for them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from assistant.knowledge.articles import ArticleText, remove_article, write_article
from assistant.models import Article


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin[Article]):
    list_display = ("title", "website", "published", "updated_at")
    list_filter = ("website", "published")
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    fields = ("website", "slug", "title", "url", "body", "published")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return Article.objects.for_system().select_related("website")

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        return ("website", "slug") if obj else ()

    def save_model(self, request: HttpRequest, obj: Article, form: ModelForm[Article], change: bool) -> None:
        text = ArticleText(slug=obj.slug, title=obj.title, body=obj.body, url=obj.url, published=obj.published)
        obj.pk = write_article(obj.website, text).pk

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        remove_article(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        for article in queryset:
            remove_article(article)
