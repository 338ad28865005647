"""Django's settings, made from the environment (see environment.py for what may be set)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from chatplatform.environment import read_environment
from chatplatform.sentry import report_errors
from foundation.logs import logging_config

django_stubs_ext.monkeypatch()  # lets classes of Django be written with their types, as in ModelAdmin[Website]

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment()

SECRET_KEY = ENVIRONMENT.secret_key
ENCRYPTION_KEYS = ENVIRONMENT.encryption_keys
DEBUG = ENVIRONMENT.debug
DEFAULT_EXCEPTION_REPORTER = "chatplatform.error_reports.NoValues"
DEFAULT_EXCEPTION_REPORTER_FILTER = "chatplatform.error_reports.NoVariables"
DEMO = ENVIRONMENT.demo
PUBLIC_URL = ENVIRONMENT.public_url
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [ENVIRONMENT.public_host, *ENVIRONMENT.allowed_hosts, *(LOOPBACK if DEMO or DEBUG else [])]
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
MASK_ADDRESSES, AUDIT_KEEP_DAYS = ENVIRONMENT.mask_addresses, ENVIRONMENT.audit_keep_days

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "procrastinate.contrib.django",
    "foundation",
    "audit",
    "accounts",
    "conversations",
    "assistant",
    "integrations",
    "privacy",
    "dashboard",
    "widget",
    *(["demo"] if DEMO else []),
    "chatplatform",
]

MIDDLEWARE = [
    "foundation.request_lines.tell_of_requests",
    "chatplatform.metrics.MetricsUnderAnyName",
    "audit.asking.remember_request",
    "django.middleware.security.SecurityMiddleware",
    "chatplatform.public_host.PublicHost",
    "foundation.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "chatplatform.outages.OutagesAsAnswers",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.last_seen.LastSeen",
    "accounts.api.idempotency.IdempotencyKeys",
]

ROOT_URLCONF = "chatplatform.urls"
ASGI_APPLICATION = "chatplatform.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for a Postgres URL. Connections come from a pool; CONN_MAX_AGE would leak them under ASGI."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **{key: values[-1] for key, values in parse_qs(parts.query).items()},
            # reconnect_timeout: see RECONNECT_SECONDS in foundation/db.py, which needs settings that are ready
            "pool": {"min_size": 1, "max_size": ENVIRONMENT.database_pool_size, "timeout": 10, "reconnect_timeout": 10},
        },
    }


DATABASES = {"default": database(ENVIRONMENT.database_url)}
DATABASE_URL = ENVIRONMENT.database_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = ENVIRONMENT.redis_url
REDIS_PREFIX = ENVIRONMENT.redis_prefix
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "foundation.channel_layer.ChannelLayer",
        "CONFIG": {
            "hosts": ENVIRONMENT.channel_redis_urls or ENVIRONMENT.redis_urls,
            "prefix": REDIS_PREFIX,
            "capacity": ENVIRONMENT.reader_queue,
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "foundation.spread_cache.SpreadCache",
        "LOCATION": ENVIRONMENT.redis_urls,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
        "KEY_FUNCTION": "foundation.addresses.cache_key",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "dashboard.log_outs.LogOuts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": ""}  # ours, in accounts/adapters.py
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {"authenticate": "accounts.code_form.CodeForm"}
MFA_TOTP_TOLERANCE = 1  # steps of 30 s that a phone's clock may be wrong
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.secure  # browsers allow that on localhost only
USERSESSIONS_ADAPTER = "dashboard.log_outs.OtherBrowsers"
USERSESSIONS_TRACK_ACTIVITY = False  # it would write at every request; accounts/last_seen.py does not
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
SIGN_UP = ENVIRONMENT.sign_up
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/live-chat/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL

# The port is part of the cookies' names: two installations on one host must not share log-ins.
SESSION_COOKIE_NAME = f"chat_session_{ENVIRONMENT.public_port}"
CSRF_COOKIE_NAME = f"chat_csrf_{ENVIRONMENT.public_port}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if ENVIRONMENT.secure:
    SECURE_HSTS_SECONDS = 31_536_000
    # Anybody can write this header: it counts only where a proxy of ours has. Without one nobody can tell how a request
    # came, so nobody is led round in a circle either (chat.W001 warns of it).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_SSL_REDIRECT = bool(TRUSTED_PROXIES)
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, PUBLIC_URL.replace("http", "ws", 1)],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files are served as they lie in static/, or, in the container's image, as they were collected.
SERVESTATIC_USE_FINDERS = not STATIC_ROOT.is_dir()
SERVESTATIC_AUTOREFRESH = DEBUG

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.JWTAuthentication",
        "accounts.api.authentication.KeyAuthentication",
        "widget.api.authentication.VisitorAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.IsStaff"],
    "DEFAULT_PARSER_CLASSES": ["foundation.json_bodies.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["foundation.json_answers.JSONAnswers"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.Schema",
    "EXCEPTION_HANDLER": "conversations.api.errors.answer_for",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Live chat",
    "DESCRIPTION": "REST for visitors (bearer visitor token) and staff (session, JWT, API key).",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_PATCH": False,  # it would rename forms at the second call of a process
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "chatplatform.api_examples.with_examples",
    ],
    "OAS_VERSION": "3.1.0",  # pydantic's schemas are those of 3.1
}
SIMPLE_JWT = {"SIGNING_KEY": SECRET_KEY, "UPDATE_LAST_LOGIN": False}

LOGGING_CONFIG = None
LOGGING = logging_config(ENVIRONMENT.log_format, ENVIRONMENT.log_level)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SENDS_MAIL = ENVIRONMENT.email_url != "console:"
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
if ENVIRONMENT.email_url.startswith("smtp:"):
    _mail = urlsplit(ENVIRONMENT.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = parse_qs(_mail.query).get("tls") == ["1"]
    EMAIL_TIMEOUT = 10

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": (ENVIRONMENT.upload_dir or ENVIRONMENT.data_dir / "uploads").absolute(),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": (ENVIRONMENT.export_dir or ENVIRONMENT.data_dir / "exports").absolute(),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
BACKUP_DIR = (ENVIRONMENT.backup_dir or ENVIRONMENT.data_dir / "backups").absolute()
BACKUP_HOURS, BACKUP_KEEP = ENVIRONMENT.backup_hours, ENVIRONMENT.backup_keep
EXPORT_KEEP_HOURS = ENVIRONMENT.export_keep_hours
DATA_UPLOAD_MAX_MEMORY_SIZE = None  # decided by address, before anything is read: chatplatform/bodies.py
UPLOAD_MEGABYTES, UPLOAD_IMAGE_MEGAPIXELS = ENVIRONMENT.upload_megabytes, ENVIRONMENT.upload_image_megapixels
UPLOAD_DAY_MEGABYTES, UPLOAD_KEEP_HOURS = ENVIRONMENT.upload_day_megabytes, ENVIRONMENT.upload_keep_hours

HEARTBEAT_SECONDS = ENVIRONMENT.heartbeat_seconds
SILENCE_SECONDS = ENVIRONMENT.silence_seconds
AI_CHUNKS_PER_SECOND = ENVIRONMENT.ai_chunks_per_second
AI_BASE_URL, AI_MODEL = ENVIRONMENT.ai_base_url, ENVIRONMENT.ai_model
AI_API_KEY = ENVIRONMENT.ai_api_key.get_secret_value()
AI_FIRST_TOKEN_SECONDS = ENVIRONMENT.ai_first_token_seconds
AI_ANSWER_SECONDS = ENVIRONMENT.ai_answer_seconds
AI_INPUT_PRICE, AI_OUTPUT_PRICE = ENVIRONMENT.ai_input_price, ENVIRONMENT.ai_output_price
AI_DAILY_TOKENS = ENVIRONMENT.ai_daily_tokens
AI_PATIENCE_SECONDS = ENVIRONMENT.ai_patience_seconds
AI_PRIVATE_ADDRESSES = ENVIRONMENT.ai_private_addresses
AI_EMBEDDING_MODEL, AI_EMBEDDING_BASE_URL = ENVIRONMENT.ai_embedding_model, ENVIRONMENT.ai_embedding_base_url
AI_EMBEDDING_API_KEY = ENVIRONMENT.ai_embedding_api_key.get_secret_value()
AI_EMBEDDING_PRICE = ENVIRONMENT.ai_embedding_price
EMBEDDING_MODEL_DIR = ENVIRONMENT.embedding_model_dir
WORKER_CONCURRENCY = ENVIRONMENT.worker_concurrency
KNOWLEDGE_SOURCES, KNOWLEDGE_PAGES = ENVIRONMENT.knowledge_sources, ENVIRONMENT.knowledge_pages
KNOWLEDGE_PAGE_MEGABYTES = ENVIRONMENT.knowledge_page_megabytes
KNOWLEDGE_FILE_MEGABYTES = ENVIRONMENT.knowledge_file_megabytes
KNOWLEDGE_FETCH_SECONDS = ENVIRONMENT.knowledge_fetch_seconds
KNOWLEDGE_PAUSE_SECONDS = ENVIRONMENT.knowledge_pause_seconds
KNOWLEDGE_RESYNC_HOURS = ENVIRONMENT.knowledge_resync_hours
KNOWLEDGE_PRIVATE_HOSTS = ENVIRONMENT.knowledge_private_hosts
# Who tries the demo has programs on the same machine.
WEBHOOK_PRIVATE_HOSTS = [*ENVIRONMENT.webhook_private_hosts, *(LOOPBACK[:2] if DEMO else [])]

report_errors(ENVIRONMENT.sentry_dsn.get_secret_value())
