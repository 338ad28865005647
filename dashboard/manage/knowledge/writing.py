"""Articles, and questions with their answers, written here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, add_article, remove_article, write_article
from assistant.models import Article
from dashboard.manage.access import for_owners
from dashboard.manage.knowledge.forms import ArticleForm, QuestionForm
from dashboard.manage.saving import CHANGED, CONFLICT, INVALID, is_stale, seen_in
from dashboard.manage.sections import KNOWLEDGE
from dashboard.manage.shell import show
from foundation.markdown import as_prose

Kind = Article.Kind
FORMS = {Kind.ARTICLE: ArticleForm, Kind.QUESTION: QuestionForm}


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def new_article(request: HttpRequest, website: Website) -> HttpResponse:
    return _written(request, website, Article(website=website, kind=Kind.ARTICLE))


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def new_question(request: HttpRequest, website: Website) -> HttpResponse:
    return _written(request, website, Article(website=website, kind=Kind.QUESTION))


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def edit_article(request: HttpRequest, website: Website, article_id: int) -> HttpResponse:
    with transaction.atomic():
        return _written(request, website, _article(website, article_id, locked=request.method == "POST"))


@require_POST
@for_owners
def delete_article(request: HttpRequest, website: Website, article_id: int) -> HttpResponse:
    with transaction.atomic():
        article = _article(website, article_id, locked=True)
        remove_article(article)
    messages.success(request, f"“{article.title}” was deleted.")
    return redirect("manage:knowledge", website.pk)


def _written(request: HttpRequest, website: Website, article: Article) -> HttpResponse:
    """The form; `preview` shows what was typed without saving it."""
    form_class = FORMS[Kind(article.kind)]
    before = {name: getattr(article, name) for name in ("title", "body", "url", "published")} if article.pk else None
    form = form_class(request.POST if request.method == "POST" else None, initial=before)
    wants_preview = "preview" in request.POST
    context: dict[str, Any] = {"form": form, "article": article, "is_question": article.kind == Kind.QUESTION}
    status = 200
    if request.method == "POST" and wants_preview:
        form.is_valid()
        context["preview"] = as_prose(str(form.data.get("body", "")))
        context["preview_title"] = form.data.get("title", "")
    elif request.method == "POST" and form.is_valid() and article.pk and is_stale(request, form):
        form.add_error(None, CHANGED)
        status = CONFLICT
    elif request.method == "POST" and form.is_valid():
        _save(website, article, form.cleaned_data)
        messages.success(request, "Saved." if form.cleaned_data["published"] else "Saved as a draft.")
        return redirect("manage:knowledge", website.pk)
    elif form.errors:
        status = INVALID
    context["seen"] = seen_in(request, form, status=status)
    return show(request, website, KNOWLEDGE, "manage/knowledge/write.html", context, status)


def _save(website: Website, article: Article, given: dict[str, Any]) -> None:
    write = write_article if article.pk else add_article
    kind = Kind(article.kind)
    write(website, ArticleText(article.slug, given["title"], given["body"], given["url"], given["published"], kind))


def _article(website: Website, article_id: int, *, locked: bool = False) -> Article:
    """One that was written here: what the worker reads is changed where it comes from."""
    every = Article.objects.for_website(website.pk)
    every = every.select_for_update() if locked else every
    article = every.filter(pk=article_id, source=None, kind__in=list(FORMS)).first()
    if article is None:
        raise Http404
    return article
