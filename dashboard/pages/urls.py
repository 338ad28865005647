"""Addresses of the staff's pages."""

from __future__ import annotations

from django.urls import path

from dashboard.pages.diagnostics import diagnostics
from dashboard.pages.inbox import inbox, websites
from dashboard.pages.notices import notices

app_name = "dashboard"
urlpatterns = [
    path("live-chat/", inbox, name="inbox"),
    path("live-chat/notices.js", notices, name="notices"),
    path("live-chat/diagnostics/", diagnostics, name="diagnostics"),
    path("live-chat/websites/", websites, name="websites"),
    path("live-chat/<uuid:conversation_id>/", inbox, name="conversation"),
]
