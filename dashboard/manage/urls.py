"""Addresses of the owners' pages."""

from __future__ import annotations

from django.urls import path

from dashboard.manage.assistant import assistant
from dashboard.manage.shell import home

app_name = "manage"
urlpatterns = [
    path("", home, name="home"),
    path("<int:website_id>/assistant/", assistant, name="assistant"),
]
