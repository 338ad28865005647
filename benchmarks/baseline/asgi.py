"""The tutorial's routing."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.baseline.settings")
http = get_asgi_application()

from benchmarks.baseline.consumers import ChatConsumer, DashboardConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": URLRouter(
            [
                path("ws/chat/<uuid:conversation_id>/", ChatConsumer.as_asgi()),
                path("ws/dashboard/", DashboardConsumer.as_asgi()),
            ]
        ),
    }
)
