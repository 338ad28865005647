"""A visitor's conversation over REST: the way in, and the way round when no socket is to be had."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import VisitorActor
from accounts.api.actors import visitor_of
from accounts.api.permissions import IsVisitor
from conversations import audiences
from conversations.actions.contacts import leave_email, say_as_visitor
from conversations.actions.markers import mark
from conversations.actions.messages import Post, Posted
from conversations.actions.openings import open_conversation
from conversations.actions.takeovers import request_human, stop_reply
from conversations.actions.typing import show_visitor_typing
from conversations.api.attachments import AttachmentsView
from conversations.api.bodies import NewMessageBody, PostedForm, ReadBody, TypingBody, VisitorEntries
from conversations.api.cursors import CURSORS, asked_entries
from conversations.errors import RateLimited
from conversations.limits import count_command, count_message
from conversations.models import Conversation
from conversations.protocol import Message, VisitorConversation
from conversations.queries.states import conversation_for, for_list
from conversations.queries.timeline import sent_before
from conversations.rows import ConversationRow
from foundation.pages import PAGE_PARAMETERS
from foundation.rate_limits import seconds_to_wait
from foundation.rest import answer, form, read, run
from widget.api.bodies import ContactBody, ConversationsForm, FirstMessage, OpenedForm
from widget.api.pages import ByActivity


class VisitorView(APIView):
    permission_classes = (IsVisitor,)


class ConversationsView(VisitorView):
    """`GET|POST widget/conversations/`."""

    @extend_schema(
        parameters=PAGE_PARAMETERS, responses={200: ConversationsForm}, operation_id="widget_conversations_list"
    )
    def get(self, request: Request) -> Response:
        pages = ByActivity()
        mine = for_list(Conversation.objects.for_actor(visitor_of(request)))
        found = pages.paginate_queryset(mine, request, view=self)
        return pages.get_paginated_response(
            [form(audiences.state_for_visitor(ConversationRow(one))) for one in found or []]
        )

    @extend_schema(request=FirstMessage, responses={201: OpenedForm, 200: OpenedForm})
    def post(self, request: Request) -> Response:
        """A first message that was stored already is answered as it was, even if its conversation has ended since."""
        body, actor = read(request, FirstMessage), visitor_of(request)
        if body.content is not None:
            count_message(actor)
        known = sent_before(actor, body.client_id) if body.client_id else None
        if known is not None:
            row = conversation_for(actor, known.conversation_id)
            return _opened(row, audiences.message_for_visitor(known), created=False)
        wait = run(
            seconds_to_wait(f"conversation:{actor.visitor_id}", settings.ENVIRONMENT.limit_conversations_per_minute)
        )
        if wait:
            raise RateLimited(wait)
        row, created = run(open_conversation(actor))
        message = None
        if body.client_id is not None and body.content is not None:
            posted = _post(actor, row.id, body.client_id, body.content)
            message = audiences.message_for_visitor(posted.entry)
            row = conversation_for(actor, row.id)
        return _opened(row, message, created=created)


class EntriesView(VisitorView):
    """`GET widget/conversations/<id>/entries/`."""

    @extend_schema(parameters=CURSORS, responses=VisitorEntries)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        page = asked_entries(request, visitor_of(request), conversation_id)
        state = audiences.state_for_visitor(page.conversation)
        entries = [audiences.message_for_visitor(entry) for entry in page.entries]
        return answer(VisitorEntries(entries=entries, rev=state.rev, conversation=state, complete=page.complete))


class MessagesView(VisitorView):
    """`POST widget/conversations/<id>/messages/`: 201, or 200 with the first result when the client_id is known."""

    @extend_schema(request=NewMessageBody, responses={201: PostedForm, 200: PostedForm})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        body = read(request, NewMessageBody)
        conversation_for(visitor_of(request), conversation_id)
        count_message(visitor_of(request))
        posted = _post(visitor_of(request), conversation_id, body.client_id, body.content, body.attachments)
        message = audiences.message_for_visitor(posted.entry)
        return answer(PostedForm(message=message, rev=posted.entry.rev), status=200 if posted.known else 201)


class VisitorAttachmentsView(AttachmentsView, VisitorView):
    """`POST widget/conversations/<id>/attachments/`: a file, to be sent with a message."""


class TypingView(VisitorView):
    @extend_schema(request=TypingBody, responses={204: None})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        count_command(visitor_of(request))
        body, row = read(request, TypingBody), conversation_for(visitor_of(request), conversation_id)
        run(show_visitor_typing(conversation_id, row.website_id, body.is_typing))
        return answer(None, status=204)


class ReadView(VisitorView):
    @extend_schema(request=ReadBody, responses=VisitorConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        body = read(request, ReadBody)
        conversation_for(visitor_of(request), conversation_id)
        run(mark(conversation_id, "visitor", read=body.rev))
        return _state(conversation_for(visitor_of(request), conversation_id))


class HandoffView(VisitorView):
    @extend_schema(request=None, responses=VisitorConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        actor = visitor_of(request)
        run(request_human(conversation_id, "the visitor asked for a person", actor=actor))
        return _state(conversation_for(actor, conversation_id))


class ContactView(VisitorView):
    """`POST widget/conversations/<id>/contact/`: how to reach the visitor when they have gone."""

    @extend_schema(request=ContactBody, responses=VisitorConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        actor = visitor_of(request)
        count_command(actor)
        return _state(run(leave_email(actor, conversation_id, read(request, ContactBody).email)))


class StopView(VisitorView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        run(stop_reply(visitor_of(request), conversation_id))
        return answer(None, status=204)


def _post(
    actor: VisitorActor, conversation_id: UUID, client_id: UUID, content: str, attachments: Sequence[UUID] = ()
) -> Posted:
    post = Post(conversation_id, content, "user", client_id=client_id, attachments=list(attachments))
    return run(say_as_visitor(actor, post))


def _opened(row: ConversationRow, message: Message | None, *, created: bool) -> Response:
    opened = OpenedForm(conversation=audiences.state_for_visitor(row), message=message)
    return answer(opened, status=201 if created else 200)


def _state(row: ConversationRow) -> Response:
    return answer(audiences.state_for_visitor(row))
