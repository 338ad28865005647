"""The front-ends as `build.mjs` left them: which hashed file an entry was built into."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(settings.BASE_DIR) / "static" / "dist"


class NotBuilt(Exception):
    """The front-ends have not been built yet."""


def bundle_url(entry: str) -> str:
    """The address of an entry such as `frame.js`. A later build is seen without a restart."""
    return static(f"dist/{_file_of(entry)}")


def bundle_text(entry: str) -> str:
    """An entry's source, for the one script that is served inside another."""
    return _text(_file_of(entry))


def chunk_urls(entry: str) -> list[str]:
    """The chunks an entry cannot start without, to be fetched together with it."""
    return [static(f"dist/{name}") for name in _read("preload.json").get(entry, [])]


def _file_of(entry: str) -> str:
    try:
        name: str = _read("manifest.json")[entry]
    except KeyError as missing:
        raise NotBuilt(entry) from missing
    return name


def _read(name: str) -> dict[str, Any]:
    try:
        return _parsed(name, (FOLDER / name).stat().st_mtime_ns)
    except FileNotFoundError as missing:
        raise NotBuilt(name) from missing


@lru_cache(maxsize=4)
def _parsed(name: str, built_at: int) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return content


@lru_cache(maxsize=4)
def _text(name: str) -> str:
    return (FOLDER / name).read_text()
