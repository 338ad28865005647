"""`/metrics` for Prometheus: open to this machine, to addresses the operator names, and to who has the token."""

from __future__ import annotations

import os
from hmac import compare_digest
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from foundation.addresses import client_address

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Of all web processes of this container or machine that count together, or of the one that answers."""
    if not (_is_near(request) or _has_token(request)):
        return HttpResponse("Not from here, and not without the token.\n", status=403, content_type="text/plain")
    return HttpResponse(generate_latest(counted_together()), content_type=CONTENT_TYPE_LATEST)


def counted_together() -> CollectorRegistry:
    """Several web processes write what they count into one folder (foundation/container/web.py); one has no need to."""
    if not os.environ.get(FOLDER):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _is_near(request: HttpRequest) -> bool:
    """A proxy on this machine that nobody told us of would make everybody loopback; it says for whom it asks."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    if (forwarded or "HTTP_FORWARDED" in request.META) and not settings.TRUSTED_PROXIES:
        return False
    try:
        address = ip_address(client_address(request.META.get("REMOTE_ADDR") or "", forwarded))
    except ValueError:
        return False
    return address.is_loopback or any(
        address in ip_network(one, strict=False) for one in settings.ENVIRONMENT.metrics_addresses
    )


def _has_token(request: HttpRequest) -> bool:
    token = settings.ENVIRONMENT.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and compare_digest(given.encode(), token.encode())
