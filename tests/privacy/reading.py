"""Exports, as a test reads them."""

from __future__ import annotations

import io
from zipfile import ZipFile

from django.core.files.storage import storages

from privacy.models import Export


def zip_of(export: Export) -> ZipFile:
    with storages["exports"].open(f"{export.organisation_id}/{export.pk}.zip") as file:
        return ZipFile(io.BytesIO(file.read()))
