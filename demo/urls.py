"""Addresses of the shops; included under `demo/`, and only when DEMO is on."""

from __future__ import annotations

from django.urls import path

from demo.pages import article, help_index, home, product

app_name = "demo"
urlpatterns = [
    path("<slug:website_key>/", home, name="home"),
    path("<slug:website_key>/products/<slug:slug>/", product, name="product"),
    path("<slug:website_key>/help/", help_index, name="help"),
    path("<slug:website_key>/help/<slug:slug>/", article, name="article"),
]
