"""System checks that refuse unsafe production settings. `DEMO` and `DEBUG` are for machines that only you can reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from assistant.embeddings.local import problem_of
from chatplatform.environment import DEV_SECRET_KEY

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@register()
def safe_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [message for message in (check() for check in CHECKS) if message is not None]


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
    if url and not _is_address(url):
        return Error(
            "AI_BASE_URL is not an address of an AI endpoint.",
            hint="Such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1; the key goes into AI_API_KEY.",
            id="chat.E007",
        )
    return None


def _embeddings() -> CheckMessage | None:
    model, url, key = settings.AI_EMBEDDING_MODEL, settings.AI_EMBEDDING_BASE_URL, settings.AI_EMBEDDING_API_KEY
    if model and settings.EMBEDDING_MODEL_DIR:
        return Error("AI_EMBEDDING_MODEL and EMBEDDING_MODEL_DIR are both set.", hint="Unset one.", id="chat.E009")
    if (model and not url and not settings.AI_BASE_URL) or ((url or key) and not model) or (key and not url):
        return Error(
            "Of AI_EMBEDDING_MODEL, AI_EMBEDDING_BASE_URL and AI_EMBEDDING_API_KEY only a part is set.",
            hint="A model needs an address, its own or AI_BASE_URL; a key belongs to an address of its own.",
            id="chat.E010",
        )
    if url and not _is_address(url):
        return Error(
            "AI_EMBEDDING_BASE_URL is not an address of an AI endpoint.",
            hint="Such as http://127.0.0.1:11434/v1; the key goes into AI_EMBEDDING_API_KEY.",
            id="chat.E011",
        )
    return None


def _embedding_model() -> CheckMessage | None:
    """No error: without its model the product answers all the same, by full-text search."""
    problem = problem_of(Path(settings.EMBEDDING_MODEL_DIR)) if settings.EMBEDDING_MODEL_DIR else ""
    if problem:
        return Warning(f"EMBEDDING_MODEL_DIR cannot be used: {problem}.", id="chat.W002")
    return None


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.username


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


CHECKS = (
    *(_debug, _demo, _secret_key, _public_url, _proxies),
    *(_endpoint, _embeddings, _embedding_model, _encryption),
)
