"""Addresses below /manage/<website>/knowledge/."""

from __future__ import annotations

from django.urls import path

from dashboard.manage.knowledge.exchange import exported_json, exported_zip, imported
from dashboard.manage.knowledge.live import meaning
from dashboard.manage.knowledge.overview import overview, progress
from dashboard.manage.knowledge.sources import add_file_page, add_web_page, document, source
from dashboard.manage.knowledge.writing import delete_article, edit_article, new_article, new_question

urlpatterns = [
    path("", overview, name="knowledge"),
    path("progress/", progress, name="knowledge-progress"),
    path("meaning/", meaning, name="knowledge-meaning"),
    path("articles/new/", new_article, name="knowledge-article"),
    path("questions/new/", new_question, name="knowledge-question"),
    path("articles/<int:article_id>/", edit_article, name="knowledge-edit"),
    path("articles/<int:article_id>/delete/", delete_article, name="knowledge-delete"),
    path("exchange/", imported, name="knowledge-exchange"),
    path("exchange/articles.zip", exported_zip, name="knowledge-zip"),
    path("exchange/articles.json", exported_json, name="knowledge-json"),
    path("web/new/", add_web_page, name="knowledge-web"),
    path("files/new/", add_file_page, name="knowledge-file"),
    path("sources/<int:source_id>/", source, name="knowledge-source"),
    path("documents/<int:article_id>/", document, name="knowledge-document"),
]
