"""Addresses of the visitor's pages."""

from __future__ import annotations

from django.urls import path

from widget.pages.frame import frame
from widget.pages.loader import loader

app_name = "widget_pages"
urlpatterns = [
    path("widget/<slug:website_key>.js", loader, name="loader"),
    path("widget/frame/<slug:website_key>/", frame, name="frame"),
]
