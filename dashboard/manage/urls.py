"""Addresses of the owners' pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from dashboard.manage import questions, unanswered
from dashboard.manage.assistant import assistant
from dashboard.manage.playground import playground
from dashboard.manage.shell import home

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
    path("unanswered/", unanswered.listed, name="unanswered"),
    path("unanswered/write/", unanswered.written, name="write_unanswered"),
    path("unanswered/dismiss/", unanswered.dismissed, name="dismiss_unanswered"),
]
urlpatterns = [
    path("", home, name="home"),
    path("<int:website_id>/", include(of_website)),
]
