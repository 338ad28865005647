"""The staff's REST addresses, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from conversations.api.attachments import AttachmentsView
from dashboard.api.api_keys import ApiKeysView, ApiKeyView
from dashboard.api.assistance import DraftView, RewriteView, SummaryView
from dashboard.api.audit import AuditView
from dashboard.api.browser_probes import BrowserProbeEndView, BrowserProbeView
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
from dashboard.api.diagnostics import AddressView, DiagnosticsView
from dashboard.api.exports import ExportFileView, ExportsView, ExportView
from dashboard.api.invitations import InvitationsView, InvitationView, ResendView
from dashboard.api.knowledge.sources import FilesView, ReadAgainView, SourcesView, SourceView
from dashboard.api.knowledge.written import ArticlesView, ArticleView, QuestionsView, QuestionView
from dashboard.api.labels import LabelsView, LabelView
from dashboard.api.members import MembersView, MemberView
from dashboard.api.memberships import MembershipsView, MembershipView, ResetView, TransferView
from dashboard.api.pictures import MemberPictureView, WebsitePictureView
from dashboard.api.playground import PlaygroundView
from dashboard.api.reports import ReportsView
from dashboard.api.search import SearchView
from dashboard.api.thumbs import ThumbsView
from dashboard.api.visitors import MergeView, VisitorsView, VisitorView
from dashboard.api.webhooks import (
    DeliveriesView,
    ReplayView,
    WebhookSecretView,
    WebhooksView,
    WebhookTestView,
    WebhookView,
)
from dashboard.api.websites import RotateKeyView, WebsitesView, WebsiteView

ONE = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path("websites/", WebsitesView.as_view()),
    path("websites/<int:website_id>/", WebsiteView.as_view()),
    path("websites/<int:website_id>/rotate-key/", RotateKeyView.as_view()),
    path("websites/<int:website_id>/picture/", WebsitePictureView.as_view()),
    path("members/", MembersView.as_view()),
    path("members/memberships/", MembershipsView.as_view()),
    path("members/<int:user_id>/", MemberView.as_view()),
    path("members/<int:user_id>/picture/", MemberPictureView.as_view()),
    path("members/<int:user_id>/membership/", MembershipView.as_view()),
    path("members/<int:user_id>/membership/transfer/", TransferView.as_view()),
    path("members/<int:user_id>/second-factor/reset/", ResetView.as_view()),
    path("invitations/", InvitationsView.as_view()),
    path("invitations/<int:invitation_id>/", InvitationView.as_view()),
    path("invitations/<int:invitation_id>/resend/", ResendView.as_view()),
    path("reports/", ReportsView.as_view()),
    path("diagnostics/", DiagnosticsView.as_view()),
    path("diagnostics/address/", AddressView.as_view()),
    path("diagnostics/browser/", BrowserProbeView.as_view()),
    path("diagnostics/browser/end/", BrowserProbeEndView.as_view()),
    path("labels/", LabelsView.as_view()),
    path("labels/<int:label_id>/", LabelView.as_view()),
    path("canned-replies/", CannedRepliesView.as_view()),
    path("canned-replies/<int:reply_id>/", CannedReplyView.as_view()),
    path("visitors/", VisitorsView.as_view()),
    path("visitors/<uuid:visitor_id>/", VisitorView.as_view()),
    path("visitors/<uuid:visitor_id>/merge/", MergeView.as_view()),
    path("audit/", AuditView.as_view()),
    path("export/", ExportsView.as_view()),
    path("export/<uuid:export_id>/", ExportView.as_view()),
    path("export/<uuid:export_id>/file/", ExportFileView.as_view()),
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
    path("api-keys/", ApiKeysView.as_view()),
    path("api-keys/<int:key_id>/", ApiKeyView.as_view()),
    path("webhooks/", WebhooksView.as_view()),
    path("webhooks/<int:webhook_id>/", WebhookView.as_view()),
    path("webhooks/<int:webhook_id>/rotate-secret/", WebhookSecretView.as_view()),
    path("webhooks/<int:webhook_id>/test/", WebhookTestView.as_view()),
    path("webhooks/<int:webhook_id>/deliveries/", DeliveriesView.as_view()),
    path("webhooks/<int:webhook_id>/deliveries/<uuid:delivery_id>/replay/", ReplayView.as_view()),
    path("assistant/playground/", PlaygroundView.as_view()),
]
