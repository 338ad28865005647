"""Which hashed file a front-end entry was built into."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

MANIFEST = Path(settings.BASE_DIR) / "static" / "dist" / "manifest.json"


class NotBuilt(Exception):
    """The front-ends have not been built yet."""


def bundle_url(entry: str) -> str:
    """The address of an entry such as `inbox.js`. A later build is seen without a restart."""
    try:
        built_at = MANIFEST.stat().st_mtime_ns
        return static(f"dist/{_files(built_at)[entry]}")
    except (FileNotFoundError, KeyError) as missing:
        raise NotBuilt(entry) from missing


@lru_cache(maxsize=1)
def _files(built_at: int) -> dict[str, str]:
    files: dict[str, str] = json.loads(MANIFEST.read_text())
    return files
