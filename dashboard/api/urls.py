"""The staff's REST addresses, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from accounts.api.websites import RotateKeyView, WebsitesView, WebsiteView
from conversations.api.attachments import AttachmentsView
from dashboard.api.assistance import DraftView, RewriteView, SummaryView
from dashboard.api.canned_replies import CannedRepliesView, CannedReplyView
from dashboard.api.conversations import (
    ConversationsView,
    ConversationView,
    EntriesView,
    HandBackView,
    MessagesView,
    MessageView,
    ReadView,
    StopView,
    TakeOverView,
    TypingView,
)
from dashboard.api.knowledge.sources import FilesView, ReadAgainView, SourcesView, SourceView
from dashboard.api.knowledge.written import ArticlesView, ArticleView, QuestionsView, QuestionView
from dashboard.api.labels import LabelsView, LabelView
from dashboard.api.members import MembersView, MemberView
from dashboard.api.playground import PlaygroundView
from dashboard.api.search import SearchView
from dashboard.api.thumbs import ThumbsView
from dashboard.api.visitors import MergeView, VisitorsView, VisitorView

ONE = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path("websites/", WebsitesView.as_view()),
    path("websites/<int:website_id>/", WebsiteView.as_view()),
    path("websites/<int:website_id>/rotate-key/", RotateKeyView.as_view()),
    path("members/", MembersView.as_view()),
    path("members/<int:user_id>/", MemberView.as_view()),
    path("labels/", LabelsView.as_view()),
    path("labels/<int:label_id>/", LabelView.as_view()),
    path("canned-replies/", CannedRepliesView.as_view()),
    path("canned-replies/<int:reply_id>/", CannedReplyView.as_view()),
    path("visitors/", VisitorsView.as_view()),
    path("visitors/<uuid:visitor_id>/", VisitorView.as_view()),
    path("visitors/<uuid:visitor_id>/merge/", MergeView.as_view()),
    path("search/", SearchView.as_view()),
    path("conversations/", ConversationsView.as_view()),
    path(ONE, ConversationView.as_view()),
    path(ONE + "entries/", EntriesView.as_view()),
    path(ONE + "attachments/", AttachmentsView.as_view()),
    path(ONE + "messages/", MessagesView.as_view()),
    path(ONE + "messages/<uuid:message_id>/", MessageView.as_view()),
    path(ONE + "take-over/", TakeOverView.as_view()),
    path(ONE + "hand-back/", HandBackView.as_view()),
    path(ONE + "stop/", StopView.as_view()),
    path(ONE + "typing/", TypingView.as_view()),
    path(ONE + "read/", ReadView.as_view()),
    path(ONE + "draft/", DraftView.as_view()),
    path(ONE + "rewrite/", RewriteView.as_view()),
    path(ONE + "summary/", SummaryView.as_view()),
    path(ONE + "thumbs/", ThumbsView.as_view()),
    path("knowledge/articles/", ArticlesView.as_view()),
    path("knowledge/articles/<int:article_id>/", ArticleView.as_view()),
    path("knowledge/questions/", QuestionsView.as_view()),
    path("knowledge/questions/<int:question_id>/", QuestionView.as_view()),
    path("knowledge/sources/", SourcesView.as_view()),
    path("knowledge/sources/<int:source_id>/", SourceView.as_view()),
    path("knowledge/sources/<int:source_id>/read-again/", ReadAgainView.as_view()),
    path("knowledge/files/", FilesView.as_view()),
    path("assistant/playground/", PlaygroundView.as_view()),
]
