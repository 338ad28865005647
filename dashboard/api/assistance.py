"""Help with writing over REST: a draft, another wording, a summary. Each is an offer; nothing is posted.

They wait for the AI's endpoint. A client that hangs up cancels them, and with them the request to the endpoint.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff
from accounts.api.actors import staff_of
from accounts.models import Website
from assistant.writing.drafts import draft_reply
from assistant.writing.rewriting import rewrite
from assistant.writing.suggestion import Suggestion
from assistant.writing.summaries import summarise
from conversations.errors import RateLimited
from conversations.queries.states import conversation_for
from foundation.rate_limits import seconds_to_wait
from foundation.rest import answer, read, run, run_long

LONGEST = 10_000  # characters, as of a message


class RewriteBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
    how: Literal["shorter", "friendlier", "formal", "spelling"]


class SourceForm(BaseModel):
    title: str
    url: str


class SuggestionForm(BaseModel):
    """Without a `text`, `detail` says why there is none; with one, what to mind. `by` is who wrote it."""

    text: str
    detail: str
    sources: list[SourceForm]
    by: str


class DraftView(APIView):
    """`POST conversations/<id>/draft/`: a reply to what the visitor wrote last, from what the website knows."""

    @extend_schema(request=None, responses=SuggestionForm)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        website = _website(staff_of(request), conversation_id)
        return _offer(staff_of(request), draft_reply(conversation_id, website))


class RewriteView(APIView):
    """`POST conversations/<id>/rewrite/`: a text in another wording. Needs an AI endpoint."""

    @extend_schema(request=RewriteBody, responses=SuggestionForm)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        body, website = read(request, RewriteBody), _website(staff_of(request), conversation_id)
        return _offer(staff_of(request), rewrite(website, body.text, body.how))


class SummaryView(APIView):
    """`POST conversations/<id>/summary/`: the conversation in a few lines, for a note."""

    @extend_schema(request=None, responses=SuggestionForm)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        website = _website(staff_of(request), conversation_id)
        return _offer(staff_of(request), summarise(conversation_id, website))


def _website(actor: Staff, conversation_id: UUID) -> Website:
    return conversation_for(actor, conversation_id).state.website


def _offer(actor: Staff, help_with: Coroutine[Any, Any, Suggestion]) -> Response:
    limit = settings.ENVIRONMENT.limit_assistance_per_minute
    wait = run(seconds_to_wait(f"assistance:{actor.user_id}", limit))
    if wait:
        help_with.close()
        raise RateLimited(wait)
    made = run_long(help_with)
    sources = [SourceForm(title=one.title, url=one.url) for one in made.sources]
    return answer(SuggestionForm(text=made.text, detail=made.detail, sources=sources, by=made.by))
