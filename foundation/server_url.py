"""Where a command of ours reaches the server, unless it is told."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

CONTAINER = Path("/run/chatplatform")  # where our containers have their secrets
IN_CONTAINER = "http://127.0.0.1:8000"  # where web listens there


def usual_url() -> str:
    """PUBLIC_URL. But within a container `127.0.0.1` and `localhost` are not the machine that publishes its port."""
    is_own_machine = urlsplit(settings.PUBLIC_URL).hostname in settings.LOOPBACK
    return IN_CONTAINER if is_own_machine and CONTAINER.exists() else str(settings.PUBLIC_URL)
