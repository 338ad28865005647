"""What a browser is told of the limits, to say no before it uploads. The server holds them itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from conversations.files.kinds import EXTENSIONS
from conversations.protocol import MAX_FILES
from foundation.body_limits import MEGABYTE


def upload_limits() -> dict[str, Any]:
    return {
        "max_bytes": int(settings.UPLOAD_MEGABYTES * MEGABYTE),
        "max_files": MAX_FILES,
        "accept": ",".join(EXTENSIONS),
    }
