"""Conversations over REST, for staff and their programs."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from conversations import audiences
from conversations.actions.edits import delete_message, edit_message
from conversations.actions.markers import mark
from conversations.actions.messages import Post
from conversations.actions.notes import say_as_staff
from conversations.actions.status import UNSET, Wanted, update_conversation
from conversations.actions.takeovers import hand_back, stop_reply, take_over
from conversations.actions.typing import show_agent_typing
from conversations.api.bodies import (
    ConversationChanges,
    EditBody,
    PostedForm,
    ReadBody,
    StaffConversations,
    StaffEntries,
    StaffMessageBody,
    TypingBody,
)
from conversations.api.cursors import CURSORS, asked_entries
from conversations.errors import Invalid
from conversations.limits import count_command, count_message
from conversations.protocol import Message, StaffConversation
from conversations.queries.states import conversation_for
from conversations.rows import ConversationRow, Writer
from dashboard.api.lists import ByChange, asked_conversations
from dashboard.api.sync import SYNC_PARAMETERS
from foundation.rest import answer, form, read, run

FILTERS = [
    OpenApiParameter("website", OpenApiTypes.INT),
    OpenApiParameter("status", OpenApiTypes.STR, enum=["open", "snoozed", "resolved"]),
    OpenApiParameter("handled_by", OpenApiTypes.STR, enum=["ai", "human"]),
    OpenApiParameter("assignee", OpenApiTypes.STR, description="`me`, `none` or the id of a user"),
    OpenApiParameter("label", OpenApiTypes.STR),
    OpenApiParameter("waiting", OpenApiTypes.STR, enum=["true"], description="in which a visitor waits for a person"),
    OpenApiParameter("q", OpenApiTypes.STR, description="beginnings of words said, or of the visitor's name or e-mail"),
    OpenApiParameter("visitor", OpenApiTypes.UUID),
    OpenApiParameter("mentioned", OpenApiTypes.STR, enum=["me"], description="in which a note calls me"),
    *SYNC_PARAMETERS,
]


class ConversationsView(APIView):
    """`GET conversations/`."""

    @extend_schema(parameters=FILTERS, responses={200: StaffConversations}, operation_id="conversations_list")
    def get(self, request: Request) -> Response:
        pages = ByChange()
        found = pages.paginate_queryset(asked_conversations(request, staff_of(request)), request, view=self)
        return pages.get_paginated_response(
            [form(audiences.state_for_staff(ConversationRow(one))) for one in found or []]
        )


class ConversationView(APIView):
    """`GET|PATCH conversations/<id>/`."""

    @extend_schema(responses=StaffConversation, operation_id="conversations_retrieve")
    def get(self, request: Request, conversation_id: UUID) -> Response:
        return _state(conversation_for(staff_of(request), conversation_id))

    @extend_schema(request=ConversationChanges, responses=StaffConversation)
    def patch(self, request: Request, conversation_id: UUID) -> Response:
        body = read(request, ConversationChanges)
        wanted = Wanted(**{name: getattr(body, name) for name in body.model_fields_set if name in Wanted.__slots__})
        for name in ("status", "labels", "priority"):
            if getattr(wanted, name) is None:
                raise Invalid(f"{name}: cannot be null")
        if wanted.snoozed_until is not UNSET and wanted.status is UNSET:
            raise Invalid("snoozed_until: give it together with the status snoozed")
        return _state(run(update_conversation(staff_of(request), conversation_id, wanted)))


class EntriesView(APIView):
    """`GET conversations/<id>/entries/`."""

    @extend_schema(parameters=CURSORS, responses=StaffEntries)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        page = asked_entries(request, staff_of(request), conversation_id)
        state = audiences.state_for_staff(page.conversation)
        entries = [audiences.message_for_staff(entry) for entry in page.entries]
        return answer(StaffEntries(entries=entries, rev=state.rev, conversation=state, complete=page.complete))


class MessagesView(APIView):
    """`POST conversations/<id>/messages/`: 201, or 200 with the first result when the client_id is known."""

    @extend_schema(request=StaffMessageBody, responses={201: PostedForm, 200: PostedForm})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        body, actor = read(request, StaffMessageBody), staff_of(request)
        conversation_for(actor, conversation_id)
        count_message(actor)
        posted = run(
            say_as_staff(
                actor,
                Post(
                    conversation_id,
                    body.content,
                    "assistant",
                    client_id=body.client_id,
                    kind="note" if body.note else "message",
                    is_manual=True,
                    author=Writer.of_staff(actor),
                    attachments=body.attachments,
                ),
            )
        )
        message = audiences.message_for_staff(posted.entry)
        return answer(PostedForm(message=message, rev=posted.entry.rev), status=200 if posted.known else 201)


class MessageView(APIView):
    """`PATCH|DELETE conversations/<id>/messages/<id>/`: one's own messages and notes."""

    @extend_schema(request=EditBody, responses=Message)
    def patch(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        body = read(request, EditBody)
        entry = run(edit_message(staff_of(request), conversation_id, message_id, body.content))
        return answer(audiences.message_for_staff(entry))

    @extend_schema(responses={200: Message})
    def delete(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        return answer(audiences.message_for_staff(run(delete_message(staff_of(request), conversation_id, message_id))))


class TakeOverView(APIView):
    @extend_schema(request=None, responses=StaffConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        return _state(run(take_over(staff_of(request), conversation_id)))


class HandBackView(APIView):
    @extend_schema(request=None, responses=StaffConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        return _state(run(hand_back(staff_of(request), conversation_id)))


class StopView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        run(stop_reply(staff_of(request), conversation_id))
        return answer(None, status=204)


class TypingView(APIView):
    @extend_schema(request=TypingBody, responses={204: None})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        count_command(staff_of(request))
        body, row = read(request, TypingBody), conversation_for(staff_of(request), conversation_id)
        run(show_agent_typing(staff_of(request), conversation_id, row.website_id, body.is_typing))
        return answer(None, status=204)


class ReadView(APIView):
    @extend_schema(request=ReadBody, responses=StaffConversation)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        body = read(request, ReadBody)
        conversation_for(staff_of(request), conversation_id)
        run(mark(conversation_id, "staff", read=body.rev))
        return _state(conversation_for(staff_of(request), conversation_id))


def _state(row: ConversationRow) -> Response:
    return answer(audiences.state_for_staff(row))
