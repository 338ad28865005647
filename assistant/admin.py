"""The operators' admin: articles and who answers are changed here until owners have pages of their own for them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from assistant.forms import BUDGET, HAND_OFF, AssistantSettingsForm
from assistant.knowledge.articles import ArticleText, remove_article, write_article
from assistant.models import Article, AssistantSettings
from audit.admin import Audited


@admin.register(Article)
class ArticleAdmin(Audited, admin.ModelAdmin[Article]):
    list_display = ("title", "website", "published", "updated_at")
    list_filter = ("website", "published")
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    fields = ("website", "slug", "title", "url", "body", "published")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Those that the worker writes would be overwritten at its next reading."""
        return Article.objects.for_system().filter(source=None).select_related("website")

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        return ("website", "slug") if obj else ()

    def save_model(self, request: HttpRequest, obj: Article, form: ModelForm[Article], change: bool) -> None:
        text = ArticleText(
            slug=obj.slug, title=obj.title, body=obj.body, url=obj.url, published=obj.published, kind=obj.kind
        )
        obj.pk = write_article(obj.website, text).pk

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        remove_article(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        for article in queryset:
            remove_article(article)


@admin.register(AssistantSettings)
class AssistantSettingsAdmin(Audited, admin.ModelAdmin[AssistantSettings]):
    form = AssistantSettingsForm
    list_display = ("website", "provider", "model")
    fieldsets = (
        (None, {"fields": ("website", "provider", "base_url", "model", "key", "forget_key", "tone", "rules")}),
        ("When a person takes over", {"fields": HAND_OFF}),
        ("What it may cost", {"fields": BUDGET}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssistantSettings]:
        return AssistantSettings.objects.for_system().select_related("website")

    def get_readonly_fields(self, request: HttpRequest, obj: AssistantSettings | None = None) -> tuple[str, ...]:
        return ("website",) if obj else ()
