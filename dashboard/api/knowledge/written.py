"""Articles, and questions with their answers: two faces of one thing, written by hand."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, new_slug, remove_article, write_article
from assistant.models import Article
from assistant.models.scope import WebsiteQuerySet
from dashboard.api.knowledge.bodies import (
    ArticleChanges,
    ArticleForm,
    ArticleInList,
    ArticlesForm,
    NewArticle,
    NewQuestion,
    QuestionChanges,
    QuestionForm,
    QuestionInList,
    QuestionsForm,
)
from dashboard.api.rights import WEBSITE, asked_website, owner_of
from dashboard.api.sync import SYNC_PARAMETERS, SyncPages
from dashboard.api.websites import administered
from foundation.json_bodies import LargeJsonParser
from foundation.pages import Pages
from foundation.rest import ErrorAnswer, answer, form, read

Kind = Article.Kind


class ById(Pages):
    """The newest first."""

    ordering = "-id"


class ByChange(SyncPages):
    """The newest first, or the oldest change."""

    ordering = ById.ordering


class ArticlesView(APIView):
    """`GET|POST knowledge/articles/`."""

    parser_classes = [LargeJsonParser]

    @extend_schema(
        parameters=[WEBSITE, *SYNC_PARAMETERS], responses={200: ArticlesForm}, operation_id="knowledge_articles_list"
    )
    def get(self, request: Request) -> Response:
        return _listed(self, request, Kind.ARTICLE, ArticleInList)

    @extend_schema(request=NewArticle, responses={201: ArticleForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor, body = owner_of(request), read(request, NewArticle)
        made = _write(administered(actor, body.website), Article(kind=Kind.ARTICLE), _given(body))
        return answer(ArticleForm.of(made), status=201)


class ArticleView(APIView):
    """`GET|PATCH|DELETE knowledge/articles/<id>/`."""

    parser_classes = [LargeJsonParser]

    @extend_schema(responses=ArticleForm, operation_id="knowledge_articles_retrieve")
    def get(self, request: Request, article_id: int) -> Response:
        return answer(ArticleForm.of(_found(request, article_id, Kind.ARTICLE)))

    @extend_schema(request=ArticleChanges, responses=ArticleForm)
    def patch(self, request: Request, article_id: int) -> Response:
        _found(request, article_id, Kind.ARTICLE)  # first: who may not change it is not told how they should have
        given = _given(read(request, ArticleChanges))
        return answer(ArticleForm.of(_change(request, article_id, Kind.ARTICLE, given)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, article_id: int) -> Response:
        remove_article(_found(request, article_id, Kind.ARTICLE))
        return answer(None, status=204)


class QuestionsView(APIView):
    """`GET|POST knowledge/questions/`."""

    parser_classes = [LargeJsonParser]

    @extend_schema(
        parameters=[WEBSITE, *SYNC_PARAMETERS], responses={200: QuestionsForm}, operation_id="knowledge_questions_list"
    )
    def get(self, request: Request) -> Response:
        return _listed(self, request, Kind.QUESTION, QuestionInList)

    @extend_schema(request=NewQuestion, responses={201: QuestionForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor, body = owner_of(request), read(request, NewQuestion)
        made = _write(administered(actor, body.website), Article(kind=Kind.QUESTION), _given(body))
        return answer(QuestionForm.of(made), status=201)


class QuestionView(APIView):
    """`GET|PATCH|DELETE knowledge/questions/<id>/`."""

    parser_classes = [LargeJsonParser]

    @extend_schema(responses=QuestionForm, operation_id="knowledge_questions_retrieve")
    def get(self, request: Request, question_id: int) -> Response:
        return answer(QuestionForm.of(_found(request, question_id, Kind.QUESTION)))

    @extend_schema(request=QuestionChanges, responses=QuestionForm)
    def patch(self, request: Request, question_id: int) -> Response:
        _found(request, question_id, Kind.QUESTION)
        given = _given(read(request, QuestionChanges))
        return answer(QuestionForm.of(_change(request, question_id, Kind.QUESTION, given)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, question_id: int) -> Response:
        remove_article(_found(request, question_id, Kind.QUESTION))
        return answer(None, status=204)


def _listed(
    view: APIView, request: Request, kind: Article.Kind, shape: type[ArticleInList | QuestionInList]
) -> Response:
    pages, website = ByChange(), asked_website(request)
    written = _by_hand(Article.objects.for_website(website.pk)).filter(kind=kind).defer("body")
    found = pages.paginate_queryset(written, request, view=view)
    return pages.get_paginated_response([form(shape.of(one)) for one in found or []])


def _found(request: Request, article_id: int, kind: Article.Kind, lock: bool = False) -> Article:
    """Raises NotFound, or PermissionDenied for who may only answer there."""
    actor = owner_of(request)
    found = _by_hand(Article.objects.for_system()).select_related("website").filter(pk=article_id, kind=kind)
    article = (found.select_for_update(of=("self",)) if lock else found).first()
    if article is None:
        raise NotFound
    administered(actor, article.website_id)
    return article


def _by_hand(articles: WebsiteQuerySet[Article]) -> WebsiteQuerySet[Article]:
    """What the worker reads is changed where it comes from."""
    return articles.filter(source=None)


@transaction.atomic
def _change(request: Request, article_id: int, kind: Article.Kind, given: dict[str, Any]) -> Article:
    """Locked before it is read: what is not given stays as whoever saves at this instant leaves it."""
    article = _found(request, article_id, kind, lock=True)
    return _write(article.website, article, given)


def _write(website: Website, article: Article, given: dict[str, Any]) -> Article:
    """With what is given; the rest stays."""
    for name, value in given.items():
        setattr(article, name, value)
    slug = article.slug or new_slug(website, article.title)
    return write_article(
        website, ArticleText(slug, article.title, article.body, article.url, article.published, article.kind)
    )


def _given(body: ArticleChanges | QuestionChanges) -> dict[str, Any]:
    """By the names of the model, which knows one thing of both kinds."""
    names = {"question": "title", "answer": "body"}
    return {
        names.get(name, name): value for name, value in body.model_dump(exclude_none=True, exclude={"website"}).items()
    }
