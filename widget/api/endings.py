"""What a visitor may do beside talking: answer the form, rate, and have it all sent by e-mail."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.actors import visitor_of
from conversations import audiences
from conversations.actions.ratings import rate
from conversations.actions.transcripts import ask_for_transcript
from conversations.errors import RateLimited
from conversations.limits import count_command
from conversations.protocol import VisitorConversation
from conversations.queries.states import conversation_for
from foundation.rate_limits import seconds_to_wait
from foundation.rest import answer, error_body, read, run
from widget.api.bodies import AnsweredForm, Answers, ContactBody, RatingBody, visitor_form
from widget.api.conversations import VisitorView
from widget.forms import InvalidAnswers, answer_form, unanswered


class FormView(VisitorView):
    """`POST widget/form/`: answers to the form before the first message."""

    @extend_schema(request=Answers, responses=AnsweredForm)
    def post(self, request: Request) -> Response:
        actor = visitor_of(request)
        count_command(actor)
        try:
            visitor = answer_form(actor, read(request, Answers).values)
        except InvalidAnswers as wrong:
            return Response(error_body("invalid", wrong.detail, fields=wrong.fields), status=400)
        return answer(AnsweredForm(visitor=visitor_form(visitor), asks=unanswered(visitor.website, visitor)))


class RatingView(VisitorView):
    """`POST widget/conversations/<id>/rating/`."""

    @extend_schema(request=RatingBody, responses=VisitorConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        body, actor = read(request, RatingBody), visitor_of(request)
        count_command(actor)
        row = run(rate(actor, conversation_id, body.score, body.comment or ""))
        return answer(audiences.state_for_visitor(row))


class TranscriptView(VisitorView):
    """`POST widget/conversations/<id>/transcript/`: what the visitor sees, by e-mail."""

    @extend_schema(request=ContactBody, responses={204: None})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        actor, email = visitor_of(request), read(request, ContactBody).email
        conversation_for(actor, conversation_id)
        limit = settings.ENVIRONMENT.limit_transcripts_per_minute
        for subject in (f"transcript:{actor.visitor_id}", f"transcript:{email.lower()}"):
            wait = run(seconds_to_wait(subject, limit))
            if wait:
                raise RateLimited(wait)
        run(ask_for_transcript(actor, conversation_id, email))
        return answer(None, status=204)
