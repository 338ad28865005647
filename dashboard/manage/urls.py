"""Addresses of the owners' pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from dashboard.manage import (
    account,
    api_keys,
    appearance,
    canned,
    first_run,
    install,
    labels,
    mails,
    own_texts,
    questions,
    stop_mails,
    team,
    team_member,
    unanswered,
    webhooks,
    websites,
)
from dashboard.manage.assignment import assignment
from dashboard.manage.assistant import assistant
from dashboard.manage.audit import audit
from dashboard.manage.hours import hours
from dashboard.manage.picture import picture
from dashboard.manage.playground import playground
from dashboard.manage.privacy.receipts import own_receipt
from dashboard.manage.reports import reports
from dashboard.manage.shell import home
from dashboard.manage.visitor_forms import visitor_forms

app_name = "manage"
of_website: list[URLPattern | URLResolver] = [
    path("assistant/", assistant, name="assistant"),
    path("knowledge/", include("dashboard.manage.knowledge.urls")),
    path("playground/", playground, name="playground"),
    path("questions/", questions.listed, name="questions"),
    path("questions/new/", questions.written, name="new_question"),
    path("questions/<int:expectation_id>/", questions.written, name="question"),
    path("questions/<int:expectation_id>/delete/", questions.deleted, name="delete_question"),
    path("questions/import/", questions.imported, name="import_questions"),
    path("questions/export/", questions.exported, name="export_questions"),
    path("questions/run/", questions.begun, name="run_questions"),
    path("questions/runs/<int:run_id>/", questions.run, name="question_run"),
    path("first-steps/", first_run.first_steps, name="first_steps"),
    path("first-steps/seen/", first_run.first_visit, name="first_visit"),
    path("first-steps/<slug:step>/", first_run.first_step, name="first_step"),
    path("first-steps/<slug:step>/skip/", first_run.skipped, name="skip_step"),
    path("team/", team.listed, name="team"),
    path("team/invite/", team.invited, name="invite"),
    path("team/invitations/<int:invitation_id>/<slug:what>/", team.invitation_changed, name="change_invitation"),
    path("team/second-factor/", team.second_factor_required, name="require_second_factor"),
    path("team/<int:user_id>/", team_member.member_page, name="team_member"),
    path("team/<int:user_id>/second-factor/reset/", team_member.second_factor_reset, name="reset_second_factor"),
    path("team/<int:user_id>/<slug:what>/", team_member.changed, name="change_member"),
    path("websites/", websites.listed, name="websites"),
    path("websites/new/", websites.made, name="new-website"),
    path("website/", websites.website_page, name="website"),
    path("website/switch/", websites.switched, name="switch-website"),
    path("website/delete/", websites.deleted, name="delete-website"),
    path("install/", install.install, name="install"),
    path("install/key/", install.key_rotated, name="rotate-key"),
    path("install/secret/", install.secret_rotated, name="rotate-secret"),
    path("privacy/", include("dashboard.manage.privacy.urls")),
    path("audit/", audit, name="audit"),
    path("reports/", reports, name="reports"),
    path("appearance/", appearance.appearance, name="appearance"),
    path("appearance/draft/", appearance.draft, name="draft"),
    path("appearance/picture/", picture, name="picture"),
    path("appearance/texts/<slug:language>/", own_texts.texts, name="texts"),
    path("appearance/texts/<slug:language>/draft/", own_texts.draft, name="draft_texts"),
    path("appearance/reset/", appearance.reset, name="reset-appearance"),
    path("forms/", visitor_forms, name="forms"),
    path("hours/", hours, name="hours"),
    path("assignment/", assignment, name="assignment"),
    path("canned/", canned.listed, name="canned"),
    path("canned/new/", canned.made, name="new-canned"),
    path("canned/<int:reply_id>/", canned.edited, name="edit-canned"),
    path("canned/<int:reply_id>/delete/", canned.removed, name="delete-canned"),
    path("labels/", labels.listed, name="labels"),
    path("labels/<int:label_id>/", labels.changed, name="change-label"),
    path("labels/<int:label_id>/delete/", labels.removed, name="delete-label"),
    path("webhooks/", webhooks.listed, name="webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.webhook_page, name="webhook"),
    path("webhooks/<int:webhook_id>/delete/", webhooks.removed, name="delete-webhook"),
    path("webhooks/<int:webhook_id>/secret/", webhooks.secret_rotated, name="rotate-webhook"),
    path("webhooks/<int:webhook_id>/test/", webhooks.tested, name="test-webhook"),
    path("webhooks/<int:webhook_id>/<uuid:delivery_id>/", webhooks.delivery_page, name="delivery"),
    path("webhooks/<int:webhook_id>/<uuid:delivery_id>/replay/", webhooks.replayed, name="replay"),
    path("api-keys/", api_keys.listed, name="api_keys"),
    path("api-keys/<int:key_id>/delete/", api_keys.removed, name="delete-api-key"),
    path("unanswered/", unanswered.listed, name="unanswered"),
    path("unanswered/write/", unanswered.written, name="write_unanswered"),
    path("unanswered/dismiss/", unanswered.dismissed, name="dismiss_unanswered"),
]
urlpatterns = [
    path("", home, name="home"),
    path("account/", account.account, name="account"),
    path("account/mails/", mails.mails, name="mails"),
    path("account/mails/stop/<str:token>/", stop_mails.stopped, name="stop-mails"),
    path("account/leave/<int:organisation_id>/", account.left, name="leave"),
    path("receipts/<uuid:erasure_id>/", own_receipt, name="own-receipt"),
    path("start/", first_run.begun, name="start"),
    path("start/organisation/", first_run.founded, name="found"),
    path("start/website/", first_run.website_added, name="first_website"),
    path("<int:website_id>/", include(of_website)),
]
