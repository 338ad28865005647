"""The tutorial's routing."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.baseline.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402

from benchmarks.baseline.consumers import ChatConsumer, DashboardConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter(
                    [
                        path("ws/chat/<uuid:conversation_id>/", ChatConsumer.as_asgi()),
                        path("ws/dashboard/", DashboardConsumer.as_asgi()),
                    ]
                )
            )
        ),
    }
)
