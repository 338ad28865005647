"""The visitors' REST addresses, below /api/v1/widget/."""

from __future__ import annotations

from django.urls import path

from widget.api.attributes import AttributesView
from widget.api.conversations import (
    ContactView,
    ConversationsView,
    EntriesView,
    HandoffView,
    MessagesView,
    ReadView,
    StopView,
    TypingView,
    VisitorAttachmentsView,
)
from widget.api.endings import FormView, RatingView, TranscriptView
from widget.api.sessions import ConfigView, ConsentView, SessionsView
from widget.api.thumbs import ThumbsView, ThumbView

ONE = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path("sessions/", SessionsView.as_view()),
    path("consent/", ConsentView.as_view()),
    path("config/<str:website_key>/", ConfigView.as_view()),
    path("conversations/", ConversationsView.as_view()),
    path("form/", FormView.as_view()),
    path(ONE + "entries/", EntriesView.as_view()),
    path(ONE + "messages/", MessagesView.as_view()),
    path(ONE + "attachments/", VisitorAttachmentsView.as_view()),
    path(ONE + "typing/", TypingView.as_view()),
    path(ONE + "read/", ReadView.as_view()),
    path(ONE + "handoff/", HandoffView.as_view()),
    path(ONE + "attributes/", AttributesView.as_view()),
    path(ONE + "contact/", ContactView.as_view()),
    path(ONE + "rating/", RatingView.as_view()),
    path(ONE + "transcript/", TranscriptView.as_view()),
    path(ONE + "stop/", StopView.as_view()),
    path(ONE + "thumbs/", ThumbsView.as_view()),
    path(ONE + "messages/<uuid:message_id>/thumb/", ThumbView.as_view()),
]
