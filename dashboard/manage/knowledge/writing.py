"""Articles, and questions with their answers, written here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, new_slug, remove_article, write_article
from assistant.models import Article
from dashboard.manage.access import for_owners
from dashboard.manage.knowledge.forms import ArticleForm, QuestionForm
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
    return _written(request, website, _article(website, article_id))


@require_POST
@for_owners
def delete_article(request: HttpRequest, website: Website, article_id: int) -> HttpResponse:
    article = _article(website, article_id)
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
    if request.method == "POST" and wants_preview:
        form.is_valid()
        context["preview"] = as_prose(str(form.data.get("body", "")))
        context["preview_title"] = form.data.get("title", "")
    elif request.method == "POST" and form.is_valid():
        _save(website, article, form.cleaned_data)
        messages.success(request, "Saved." if form.cleaned_data["published"] else "Saved as a draft.")
        return redirect("manage:knowledge", website.pk)
    status = 422 if form.errors and not wants_preview else 200
    return show(request, website, KNOWLEDGE, "manage/knowledge/write.html", context, status)


def _save(website: Website, article: Article, given: dict[str, Any]) -> None:
    slug = article.slug or new_slug(website, given["title"])
    write_article(
        website,
        ArticleText(slug, given["title"], given["body"], given["url"], given["published"], Kind(article.kind)),
    )


def _article(website: Website, article_id: int) -> Article:
    """One that was written here: what the worker reads is changed where it comes from."""
    article = Article.objects.for_website(website.pk).filter(pk=article_id, source=None, kind__in=list(FORMS)).first()
    if article is None:
        raise Http404
    return article
