"""Addresses of the visitor's pages."""

from __future__ import annotations

from django.urls import path

from widget.pages.controls import controls
from widget.pages.frame import frame
from widget.pages.loader import loader
from widget.pages.preview import preview, preview_frame, preview_loader

app_name = "widget_pages"
PREVIEW = "widget/preview/<str:token>/"
SIDES = ("open", "closed", "ended")
urlpatterns = [
    path("widget/<slug:website_key>.js", loader, name="loader"),
    path("widget/parts/controls-<slug:digest>.js", controls, name="controls"),
    path("widget/frame/<slug:website_key>/", frame, name="frame"),
]
for side in SIDES:
    urlpatterns += [
        path(f"{PREVIEW}{side}/", preview, {"side": side}, name=f"preview-{side}"),
        path(f"{PREVIEW}{side}.js", preview_loader, {"side": side}, name=f"preview-loader-{side}"),
        # Where the loader looks for its window: below its origin.
        path(f"{PREVIEW}widget/frame/{side}/", preview_frame, {"side": side}),
    ]
