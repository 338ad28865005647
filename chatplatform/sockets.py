"""The whole WebSocket map."""

from __future__ import annotations

from channels.routing import URLRouter
from django.urls import path, re_path

from conversations.consumers import NowhereConsumer
from dashboard.consumers import DashboardConsumer
from widget.consumers import ChatConsumer

websockets = URLRouter(
    [
        path("ws/chat/<str:conversation_id>/", ChatConsumer.as_asgi()),
        path("ws/dashboard/", DashboardConsumer.as_asgi()),
        re_path(r"", NowhereConsumer.as_asgi()),
    ]
)
