"""Thumbs for the assistant's answers, as the visitor gives and sees them."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.actors import visitor_of
from assistant.api_bodies import ThumbBody, ThumbsForm
from assistant.thumbs import rate_answer, thumbs_of
from conversations.limits import count_command
from foundation.rest import answer, read, run
from widget.api.conversations import VisitorView


class ThumbsView(VisitorView):
    """`GET widget/conversations/<id>/thumbs/`: those given in this conversation."""

    @extend_schema(responses=ThumbsForm)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        return answer(ThumbsForm(thumbs=thumbs_of(visitor_of(request), conversation_id)))


class ThumbView(VisitorView):
    """`POST widget/conversations/<id>/messages/<id>/thumb/`: for an answer of the assistant; null takes it back."""

    @extend_schema(request=ThumbBody, responses={204: None})
    def post(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        body = read(request, ThumbBody)
        count_command(visitor_of(request))
        run(rate_answer(visitor_of(request), conversation_id, message_id, body.helpful))
        return answer(None, status=204)
