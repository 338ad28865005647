"""Addresses of data and privacy, below those of a website."""

from __future__ import annotations

from django.urls import path

from dashboard.manage.privacy import exports, keeping, people, receipts

urlpatterns = [
    path("", keeping.keeping, name="privacy"),
    path("people/", people.listed, name="privacy-people"),
    path("people/<uuid:visitor_id>/export/", people.exported, name="export-visitor"),
    path("people/<uuid:visitor_id>/erase/", people.erased, name="erase-visitor"),
    path("exports/", exports.listed, name="exports"),
    path("exports/organisation/", exports.organisation, name="export-organisation"),
    path("exports/<uuid:export_id>/file/", exports.file, name="export-file"),
    path("exports/<uuid:export_id>/delete/", exports.deleted, name="delete-export"),
    path("receipts/", receipts.listed, name="receipts"),
    path("receipts/<uuid:erasure_id>/", receipts.receipt, name="receipt"),
    path("organisation/delete/", receipts.organisation_deleted, name="delete-organisation"),
]
