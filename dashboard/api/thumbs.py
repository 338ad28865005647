"""Thumbs that visitors gave to the assistant's answers, as the staff sees them."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from assistant.api_bodies import ThumbsForm
from assistant.thumbs import thumbs_of
from foundation.rest import answer


class ThumbsView(APIView):
    """`GET conversations/<id>/thumbs/`."""

    @extend_schema(responses=ThumbsForm)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        return answer(ThumbsForm(thumbs=thumbs_of(staff_of(request), conversation_id)))
