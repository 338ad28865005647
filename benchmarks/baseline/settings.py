"""Settings as `startproject` makes them, with Postgres and the channel layer of the tutorial."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

_database = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "only-for-benchmarks"
ALLOWED_HOSTS = ["*"]  # the client sends no Origin
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "benchmarks.baseline",
]
ASGI_APPLICATION = "benchmarks.baseline.asgi.application"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.lstrip("/"),
        "USER": _database.username,
        "PASSWORD": _database.password,
        "HOST": _database.hostname,
        "PORT": _database.port,
        # The recipe leaves it at 0; docs/performance.md says what 60 does.
        "CONN_MAX_AGE": int(os.environ.get("BASELINE_CONN_MAX_AGE", "0")),
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
    }
}
USE_TZ = True
