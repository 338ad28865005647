"""Addresses of the staff's pages."""

from __future__ import annotations

from django.urls import path

from dashboard.pages.inbox import inbox

app_name = "dashboard"
urlpatterns = [
    path("live-chat/", inbox, name="inbox"),
    path("live-chat/<uuid:conversation_id>/", inbox, name="conversation"),
]
