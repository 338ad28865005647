"""What the website's page says about a conversation, for the staff to see."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.actors import visitor_of
from conversations.limits import count_command
from foundation.rest import answer, read, run
from widget.api.bodies import AttributesBody
from widget.api.conversations import VisitorView
from widget.attributes import describe


class AttributesView(VisitorView):
    """`POST widget/conversations/<id>/attributes/`."""

    @extend_schema(request=AttributesBody, responses={204: None})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        actor = visitor_of(request)
        count_command(actor)
        run(describe(actor, conversation_id, read(request, AttributesBody).attributes))
        return answer(None, status=204)
