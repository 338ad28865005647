"""Addresses on the web and files that the worker reads: listed, added, read again, and taken away."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.knowledge.sources import SourceRefused, add_file, add_source, read_again, remove_source, set_daily
from assistant.models import Source
from conversations.errors import Invalid, Refusal
from dashboard.api.knowledge.bodies import KnowledgeSourceForm, KnowledgeSourcesForm, NewSource, SourceChanges
from dashboard.api.knowledge.written import ById
from dashboard.api.rights import WEBSITE, asked_website, named_website, owner_of
from dashboard.api.websites import administered
from dashboard.manage.knowledge.forms import FileForm
from foundation.pages import PAGE_PARAMETERS
from foundation.rest import ErrorAnswer, answer, form, read

FILE = {
    "multipart/form-data": {
        "type": "object",
        "properties": {
            "website": {"type": "integer"},
            "file": {"type": "string", "format": "binary"},
            "title": {"type": "string", "maxLength": 200},
        },
        "required": ["website", "file"],
    }
}


class NotNow(Refusal):
    """It is being read already, or a file has nothing new to say."""

    code = "conflict"

    def __init__(self) -> None:
        super().__init__("It is being read already, or it is a file, which has nothing new to say.")


class SourcesView(APIView):
    """`GET|POST knowledge/sources/`."""

    @extend_schema(
        parameters=[WEBSITE, *PAGE_PARAMETERS],
        responses={200: KnowledgeSourcesForm},
        operation_id="knowledge_sources_list",
    )
    def get(self, request: Request) -> Response:
        pages, website = ById(), asked_website(request)
        found = pages.paginate_queryset(_present(Source.objects.for_website(website.pk)), request, view=self)
        return pages.get_paginated_response([form(KnowledgeSourceForm.of(one)) for one in found or []])

    @extend_schema(request=NewSource, responses={201: KnowledgeSourceForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor, body = owner_of(request), read(request, NewSource)
        website = administered(actor, body.website)
        try:
            made = add_source(website, body.kind, body.url, body.title, body.daily)
        except SourceRefused as refused:
            raise Invalid(f"url: {refused}") from None
        return answer(_shown(made), status=201)


class FilesView(APIView):
    """`POST knowledge/files/`: PDF, Markdown, text or HTML, as a form of a browser's. Only its text is kept."""

    parser_classes = [MultiPartParser]

    @extend_schema(request=FILE, responses={201: KnowledgeSourceForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        owner_of(request)  # before a file is read
        website, given = named_website(request, request.POST), FileForm(request.POST, request.FILES)
        if not given.is_valid():
            name, problems = next(iter(given.errors.items()))
            raise Invalid(f"{name}: {problems[0]}")
        try:
            made = add_file(website, given.cleaned_data["title"], given.cleaned_data["file"])
        except SourceRefused as refused:
            raise Invalid(f"file: {refused}") from None
        return answer(_shown(made), status=201)


class SourceView(APIView):
    """`GET|PATCH|DELETE knowledge/sources/<id>/`."""

    @extend_schema(responses=KnowledgeSourceForm, operation_id="knowledge_sources_retrieve")
    def get(self, request: Request, source_id: int) -> Response:
        return answer(KnowledgeSourceForm.of(_found(request, source_id)))

    @extend_schema(request=SourceChanges, responses=KnowledgeSourceForm)
    def patch(self, request: Request, source_id: int) -> Response:
        source, body = _found(request, source_id), read(request, SourceChanges)
        set_daily(source, body.daily)
        return answer(_shown(source))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, source_id: int) -> Response:
        """What was read of it is found no more from now on."""
        remove_source(_found(request, source_id))
        return answer(None, status=204)


class ReadAgainView(APIView):
    """`POST knowledge/sources/<id>/read-again/`."""

    @extend_schema(request=None, responses={200: KnowledgeSourceForm})
    def post(self, request: Request, source_id: int) -> Response:
        source = _found(request, source_id)
        if not read_again(source):
            raise NotNow
        return answer(_shown(source))


def _found(request: Request, source_id: int) -> Source:
    """Raises NotFound, or PermissionDenied for who may only answer there."""
    actor = owner_of(request)
    source = _present(Source.objects.for_system()).filter(pk=source_id).first()
    if source is None:
        raise NotFound
    administered(actor, source.website_id)
    return source


def _present(sources: QuerySet[Source]) -> QuerySet[Source]:
    """Without those that were deleted and whose words are still being taken away."""
    return sources.exclude(state=Source.State.LEAVING)


def _shown(source: Source) -> KnowledgeSourceForm:
    """As it is stored now."""
    return KnowledgeSourceForm.of(Source.objects.for_website(source.website_id).get(pk=source.pk))
