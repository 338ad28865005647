"""System checks that refuse unsafe production settings. `DEMO` and `DEBUG` are for machines that only you can reach."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from chatplatform.environment import DEV_SECRET_KEY

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@register()
def safe_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found = [check() for check in (_debug, _demo, _secret_key, _public_url, _proxies, _endpoint, _encryption)]
    return [message for message in found if message is not None]


def refuse_unsafe_settings() -> None:
    """End the process with a line per error. Commands check by themselves; a web server has to be told to."""
    unsafe = [line(message) for message in safe_in_production(None) if message.is_serious()]
    if unsafe:
        raise SystemExit("\n".join(unsafe))


def line(message: CheckMessage) -> str:
    return f"{message.id}: {message.msg} {message.hint or ''}".rstrip()


def _only_here() -> bool:
    """Whether this installation is reached by loopback names only."""
    given = settings.ENVIRONMENT
    return {given.public_host, *(host.strip("[]") for host in given.allowed_hosts)} <= LOOPBACK


def _debug() -> CheckMessage | None:
    if settings.DEBUG and not _only_here():
        return Error("DEBUG=1 shows tracebacks to everybody.", hint="Unset DEBUG.", id="chat.E001")
    return None


def _demo() -> CheckMessage | None:
    if settings.DEMO and not _only_here():
        return Error(
            "DEMO=1 makes log-ins with a published password.",
            hint="Unset DEMO, or use a loopback PUBLIC_URL.",
            id="chat.E002",
        )
    return None


def _secret_key() -> CheckMessage | None:
    weak = settings.SECRET_KEY == DEV_SECRET_KEY or len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 10
    if weak and not _only_here():
        return Error(
            "SECRET_KEY is missing or weak.",
            hint='python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="chat.E003",
        )
    return None


def _public_url() -> CheckMessage | None:
    if not _only_here() and not settings.PUBLIC_URL.startswith("https:"):
        return Error(
            "PUBLIC_URL is not https: log-ins and messages would cross the network in the clear.",
            hint="Put a TLS proxy in front and set PUBLIC_URL=https://…",
            id="chat.E004",
        )
    return None


def _endpoint() -> CheckMessage | None:
    url, model, key = settings.AI_BASE_URL, settings.AI_MODEL, settings.AI_API_KEY
    if bool(url) != bool(model) or (key and not url):
        return Error(
            "Of AI_BASE_URL, AI_MODEL and AI_API_KEY only a part is set.",
            hint="An endpoint needs its address and a model; with none of the three the built-in assistant answers.",
            id="chat.E006",
        )
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username):
        return Error(
            "AI_BASE_URL is not an address of an AI endpoint.",
            hint="Such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1; the key goes into AI_API_KEY.",
            id="chat.E007",
        )
    return None


def _encryption() -> CheckMessage | None:
    if any(len(secret) < 32 for secret in settings.ENCRYPTION_KEYS):
        return Error("ENCRYPTION_KEYS has a secret of less than 32 characters.", id="chat.E008")
    return None


def _proxies() -> CheckMessage | None:
    if settings.ENVIRONMENT.secure and not settings.TRUSTED_PROXIES:
        return Warning(
            "PUBLIC_URL is https, so there is a proxy, but TRUSTED_PROXIES is 0: all visitors count as one address, "
            "and share its limits.",
            hint="Set TRUSTED_PROXIES=1, if that proxy appends to X-Forwarded-For.",
            id="chat.W001",
        )
    return None
