"""The ASGI application: HTTP by Django, WebSockets by the map in sockets.py."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatplatform.settings")
http = get_asgi_application()  # sets Django up; what follows needs its models

from chatplatform.bodies import limit_of  # noqa: E402
from chatplatform.checks import refuse_unsafe_settings  # noqa: E402
from chatplatform.lifespan import lifespan  # noqa: E402
from chatplatform.sockets import websockets  # noqa: E402
from foundation.body_limits import BodyLimits  # noqa: E402
from foundation.pool_figures import watch_pools  # noqa: E402

refuse_unsafe_settings()
watch_pools()
import_module(settings.ROOT_URLCONF)  # with all that serves it, so that the first to come need not wait
application = ProtocolTypeRouter({"http": BodyLimits(http, limit_of), "websocket": websockets, "lifespan": lifespan})

# What was loaded by now stays for good. Unless it is set aside, Python waits for a quarter of it in garbage before it
# looks for cycles, and answers of Django are cycles that hold their whole page: tens of megabytes after an outage.
gc.collect()
gc.freeze()
